"""What holds for the project as a whole: each service is deployed, watched and connected as the contracts say."""
