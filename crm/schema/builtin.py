"""The built-in entity CL (contract §8), installed and published after every migration."""

from collections.abc import Iterator

from django.db import transaction

from crm.people.actors import Actor
from crm.schema import editing, publishing
from crm.schema.definitions import FieldDefinition
from crm.schema.designs import FormDesign, ListColumn, SectionDesign, spread
from crm.schema.models import DataEntity

CUSTOMERS = {"en": "Customers", "pt-br": "Clientes", "es": "Clientes"}

# name: (type, English, Portuguese, Spanish); phones and documents are text until their own types come.
CL_FIELDS = {
    "email": ("Email", "E-mail", "E-mail", "Correo electrónico"),
    "userId": ("Varchar 50", "User id", "Id do usuário", "Id de usuario"),
    "firstName": ("Varchar 100", "First name", "Nome", "Nombre"),
    "lastName": ("Varchar 100", "Last name", "Sobrenome", "Apellido"),
    "document": ("Varchar 50", "Document", "Documento", "Documento"),
    "documentType": ("Varchar 50", "Document type", "Tipo de documento", "Tipo de documento"),
    "birthDate": ("Date", "Birth date", "Data de nascimento", "Fecha de nacimiento"),
    "birthDateMonth": ("Integer", "Birth month", "Mês de nascimento", "Mes de nacimiento"),
    "gender": ("Varchar 10", "Gender", "Gênero", "Género"),
    "phone": ("Varchar 50", "Phone", "Telefone", "Teléfono"),
    "homePhone": ("Varchar 50", "Home phone", "Telefone residencial", "Teléfono particular"),
    "businessPhone": ("Varchar 50", "Business phone", "Telefone comercial", "Teléfono comercial"),
    "cellPhone": ("Varchar 50", "Cell phone", "Celular", "Celular"),
    "isNewsletterOptIn": ("Boolean", "Receives the newsletter", "Recebe a newsletter", "Recibe el boletín"),
    "approved": ("Boolean", "Approved", "Aprovado", "Aprobado"),
    "isCorporate": ("Boolean", "Company", "Pessoa jurídica", "Empresa"),
    "isFreeStateRegistration": ("Boolean", "Exempt from state registration", "Isento de inscrição estadual", "Exento de inscripción estatal"),
    "localeDefault": ("Varchar 10", "Language", "Idioma", "Idioma"),
    "corporateName": ("Varchar 100", "Company name", "Razão social", "Razón social"),
    "tradeName": ("Varchar 100", "Trade name", "Nome fantasia", "Nombre comercial"),
    "corporateDocument": ("Varchar 50", "Company document", "CNPJ", "Documento de la empresa"),
    "stateRegistration": ("Varchar 50", "State registration", "Inscrição estadual", "Inscripción estatal"),
    "customerClass": ("Varchar 50", "Customer class", "Classe de cliente", "Clase de cliente"),
    "tradePolicy": ("Varchar 50", "Trade policy", "Política comercial", "Política comercial"),
    "rclastsession": ("Varchar 50", "Last session", "Última sessão", "Última sesión"),
    "priceTables": ("Varchar 750", "Price tables", "Tabelas de preço", "Tablas de precios"),
    "restrictions": ("Text", "Restrictions", "Restrições", "Restricciones"),
    "rclastcart": ("Text", "Last cart", "Último carrinho", "Último carrito"),
    "rclastcartvalue": ("Decimal", "Value of the last cart", "Valor do último carrinho", "Valor del último carrito"),
    "rclastsessiondate": ("Date and Time", "Date of the last session", "Data da última sessão", "Fecha de la última sesión"),
}  # fmt: skip

SECTIONS = (
    ({"en": "Customer", "pt-br": "Cliente", "es": "Cliente"},
     ["firstName", "lastName", "email", "document", "documentType", "birthDate", "gender", "localeDefault", "approved", "isNewsletterOptIn"]),
    ({"en": "Phones", "pt-br": "Telefones", "es": "Teléfonos"}, ["phone", "homePhone", "businessPhone", "cellPhone"]),
    ({"en": "Company", "pt-br": "Empresa", "es": "Empresa"},
     ["isCorporate", "corporateName", "tradeName", "corporateDocument", "stateRegistration", "isFreeStateRegistration"]),
    ({"en": "Commerce", "pt-br": "Comércio", "es": "Comercio"}, ["customerClass", "tradePolicy", "priceTables"]),
)  # fmt: skip
LIST_FIELDS = ["email", "firstName", "lastName", "document", "phone"]
FILTERS = ["approved", "isNewsletterOptIn", "isCorporate"]


def install(**_signal: object) -> None:
    """Makes what is missing and publishes it. Safe to run again; a user's field of a built-in name is kept as it is."""
    with transaction.atomic():
        entity = DataEntity.objects.filter(acronym="CL").first()
        fresh = entity is None
        entity = entity or editing.create_entity("CL", CUSTOMERS["en"], locked=True)
        added = list(_add_missing(entity))
        if fresh:
            _lay_out(entity)
        if added:
            publishing.publish_entity("CL", set(added), by=Actor.operator())


def _add_missing(entity: DataEntity) -> Iterator[str]:
    known = {name.lower() for name in entity.fields.values_list("name", flat=True)}
    for definition in definitions():
        if definition.name.lower() not in known:
            editing.draft_field(entity, definition)
            yield definition.name


def definitions() -> Iterator[FieldDefinition]:
    for name, (kind, english, portuguese, spanish) in CL_FIELDS.items():
        yield FieldDefinition(
            name=name,
            type=kind,
            labels={"en": english, "pt-br": portuguese, "es": spanish},
            nullable=kind != "Boolean",
            searchable=name not in {"restrictions", "rclastcart"} and kind != "Boolean",
            filterable=kind != "Text",
            unique=name in {"email", "userId"},
            locked=True,
            read_only=name == "birthDateMonth",
        )


def _lay_out(entity: DataEntity) -> None:
    """The default form: clusters first, then what a shop's desk looks up most."""
    form = entity.forms.get(is_default=True)
    form.labels, form.design = CUSTOMERS, _design().to_json()
    form.save()


def _design() -> FormDesign:
    clusters = SectionDesign("s0", {"en": "Clusters", "pt-br": "Clusters", "es": "Clústeres"}, is_clusters=True)
    sections = (SectionDesign(f"s{at}", labels, spread(fields)) for at, (labels, fields) in enumerate(SECTIONS, start=1))
    columns = tuple(ListColumn(name) for name in LIST_FIELDS)
    return FormDesign((clusters, *sections), columns, tuple(FILTERS))
