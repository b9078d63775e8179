"""AD, the addresses of customers (contract §8)."""

from typing import Any

from crm.schema.builtin.entities import BuiltIn
from crm.schema.definitions import FieldDefinition

# By name: the type, then the label in English, Portuguese and Spanish.
FIELDS: dict[str, tuple[str, str, str, str]] = {
    "userId": ("Relationship", "Customer", "Cliente", "Cliente"),
    "addressName": ("Varchar 50", "Address name", "Nome do endereço", "Nombre de la dirección"),
    "addressLabel": ("Varchar 50", "Label", "Rótulo", "Etiqueta"),
    "addressType": ("Varchar 50", "Address type", "Tipo de endereço", "Tipo de dirección"),
    "receiverName": ("Varchar 100", "Recipient", "Destinatário", "Destinatario"),
    "street": ("Varchar 100", "Street", "Rua", "Calle"),
    "number": ("Varchar 50", "Number", "Número", "Número"),
    "complement": ("Varchar 100", "Complement", "Complemento", "Complemento"),
    "neighborhood": ("Varchar 100", "Neighborhood", "Bairro", "Barrio"),
    "reference": ("Varchar 750", "Landmark", "Ponto de referência", "Referencia"),
    "city": ("Varchar 100", "City", "Cidade", "Ciudad"),
    "state": ("Varchar 100", "State", "Estado", "Estado"),
    "country": ("Varchar 10", "Country", "País", "País"),
    "countryfake": ("Varchar 10", "Country (internal)", "País (interno)", "País (interno)"),
    "postalCode": ("Varchar 50", "Postal code", "CEP", "Código postal"),
    "geoCoordinate": ("Varchar 100", "Coordinates", "Coordenadas", "Coordenadas"),
}
OPTIONS: dict[str, dict[str, Any]] = {"userId": {"entity": "CL", "display": "email"}, "postalCode": {"by_digits": True}}

ADDRESSES = BuiltIn(
    acronym="AD",
    labels={"en": "Addresses", "pt-br": "Endereços", "es": "Direcciones"},
    definitions=tuple(
        FieldDefinition(
            name, kind, {"en": english, "pt-br": portuguese, "es": spanish}, locked=True, options=OPTIONS.get(name, {})
        )
        for name, (kind, english, portuguese, spanish) in FIELDS.items()
    ),
    sections=(
        (
            {"en": "Address", "pt-br": "Endereço", "es": "Dirección"},
            ["userId", "addressName", "addressLabel", "addressType", "receiverName"],
        ),
        (
            {"en": "Place", "pt-br": "Local", "es": "Lugar"},
            [
                "street",
                "number",
                "complement",
                "neighborhood",
                "city",
                "state",
                "postalCode",
                "country",
                "reference",
                "geoCoordinate",
            ],
        ),
    ),
    columns=("addressName", "userId", "street", "number", "city", "state", "postalCode"),
    filters=("state", "country", "userId"),
)
