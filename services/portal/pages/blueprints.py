"""All pages, for the application."""

from services.portal.pages import (
    access_managers,
    account,
    account_deletions,
    agents,
    arrival,
    citizen,
    drafts,
    enterprises,
    european,
    files,
    follow_up,
    mandates,
    messages,
    my_roles,
    offices,
    procedures,
    public,
    recertification,
    sign_in,
    submission,
)

BLUEPRINTS = [
    module.pages
    for module in (
        public,
        sign_in,
        arrival,
        citizen,
        account,
        enterprises,
        my_roles,
        access_managers,
        mandates,
        recertification,
        offices,
        procedures,
        drafts,
        files,
        submission,
        follow_up,
        agents,
        account_deletions,
        european,
        messages,
    )
]
