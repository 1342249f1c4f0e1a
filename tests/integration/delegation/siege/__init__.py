"""Any people doing anything to three enterprises, for as long as one likes."""
