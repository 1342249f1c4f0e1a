"""What a person sees when everything runs: where it is, and what to try."""

from __future__ import annotations

from collections.abc import Mapping

from deploy.embedded.environment import Surroundings


def addresses(ports: Mapping[str, int], around: Surroundings) -> list[str]:
    told = {
        "Mon Espace": f"{around.portal_url}/",
        "the mailbox": f"http://127.0.0.1:{ports['mailbox']}/",
        "CSAM (stand-in)": f"{around.csam_url}/",
        "metrics": f"http://127.0.0.1:{ports['identity health']}/metrics … :{ports['portal health']}/metrics",
    }
    return [f"  {name:<18}{address}" for name, address in told.items()]


def story(portal: str) -> list[str]:
    return [
        "What to try:",
        f"  1. Amélie follows a deep link, {portal}/demarches/prime-investissement, « Remplir », signs in with itsme,",
        "     opens her citizen space by the link in the mailbox, and asks for the enterprise 0403.019.261.",
        "  2. In another browser (or a private window) Bernard accepts her request; she need not sign in again.",
        "  3. Amélie fills in the form, adds a PDF and submits; the receipt is in the mailbox.",
        "  4. Fabienne, the agent, claims the dossier, asks for a complement and, once Amélie has answered, decides.",
        "  5. An election complaint in Hugo's own name: make run NOW=2024-10-15T09:00+02:00",
    ]
