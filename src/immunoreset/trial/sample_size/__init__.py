"""How many patients or events a randomised trial needs: rates, means and survival."""
