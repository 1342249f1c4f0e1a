"""A stand-in for the National Register, whose people are the sample cast.

``POST /people/find`` with ``{"national_number": "85073003328"}``, 11 digits (an address must not hold one: some proxy
would log it); ``200`` with JSON:

    {"given_name": "Amélie", "surname": "Dubois", "birth_on": "1985-07-30",
     "domicile": {"street": "Rue de l'Ange", "house_number": "12", "postal_code": "5000",
                  "commune": "Namur", "nis_code": "92094", "province": "Namur"}}

``birth_on``: ISO 8601, or null when not wholly known; ``domicile``: null for who has none in Belgium; ``nis_code``: of
the commune, 5 digits (Statbel). ``404`` for a number it does not know, ``400`` for what is not a national number. No
authentication here; the real one is reached through the federal service bus with the service's own certificate.
"""

from __future__ import annotations

from dataclasses import asdict

from flask import Flask, Response, jsonify, request

from contracts.identifiers import NationalNumber
from deploy.embedded.cast import Cast


def build_app(cast: Cast) -> Flask:
    app = Flask(__name__)
    known = {person.national_number: person for person in cast.people.values()}

    @app.post("/people/find")
    def find_person() -> tuple[Response, int]:
        asked = request.get_json(silent=True)
        try:
            person = known.get(
                NationalNumber.parse(str(asked.get("national_number")) if isinstance(asked, dict) else "")
            )
        except ValueError as error:
            return jsonify(error="not_a_national_number", message=str(error)), 400
        if person is None:
            return jsonify(error="unknown"), 404
        told = {
            "given_name": person.given_name,
            "surname": person.surname,
            "birth_on": person.birth_on.isoformat(),
            "domicile": asdict(person.domicile),
        }
        return jsonify(told), 200

    return app
