"""CL, the customers (contract §8)."""

from collections.abc import Iterator

from crm.schema.builtin.entities import BuiltIn
from crm.schema.definitions import FieldDefinition

# By name: the type, then the label in English, Portuguese and Spanish.
FIELDS: dict[str, tuple[str, str, str, str]] = {
    "email": ("Email", "E-mail", "E-mail", "Correo electrónico"),
    "userId": ("Varchar 50", "User id", "Id do usuário", "Id de usuario"),
    "firstName": ("Varchar 100", "First name", "Nome", "Nombre"),
    "lastName": ("Varchar 100", "Last name", "Sobrenome", "Apellido"),
    "document": ("Varchar 50", "Document", "Documento", "Documento"),
    "documentType": ("Varchar 50", "Document type", "Tipo de documento", "Tipo de documento"),
    "birthDate": ("Date", "Birth date", "Data de nascimento", "Fecha de nacimiento"),
    "birthDateMonth": ("Integer", "Birth month", "Mês de nascimento", "Mes de nacimiento"),
    "gender": ("Varchar 10", "Gender", "Gênero", "Género"),
    "phone": ("Phone", "Phone", "Telefone", "Teléfono"),
    "homePhone": ("Phone", "Home phone", "Telefone residencial", "Teléfono particular"),
    "businessPhone": ("Phone", "Business phone", "Telefone comercial", "Teléfono comercial"),
    "cellPhone": ("Phone", "Cell phone", "Celular", "Celular"),
    "isNewsletterOptIn": ("Boolean", "Receives the newsletter", "Recebe a newsletter", "Recibe el boletín"),
    "approved": ("Boolean", "Approved", "Aprovado", "Aprobado"),
    "isCorporate": ("Boolean", "Company", "Pessoa jurídica", "Empresa"),
    "isFreeStateRegistration": ("Boolean", "Exempt from state registration",
                                "Isento de inscrição estadual", "Exento de inscripción estatal"),
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
    "profilePicture": ("File", "Picture", "Foto", "Foto"),
    "attach": ("File", "Attachments", "Anexos", "Archivos adjuntos"),
    "checkouttag": ("Score2", "Checkout steps", "Etapas do checkout", "Pasos del checkout"),
    "carttag": ("Score2", "Products in carts", "Produtos em carrinhos", "Productos en carritos"),
    "brandVisitedTag": ("Score2", "Brands visited", "Marcas visitadas", "Marcas visitadas"),
    "brandPurchasedTag": ("Score2", "Brands bought", "Marcas compradas", "Marcas compradas"),
    "categoryVisitedTag": ("Score2", "Categories visited", "Categorias visitadas", "Categorías visitadas"),
    "categoryPurchasedTag": ("Score2", "Categories bought", "Categorias compradas", "Categorías compradas"),
    "departmentVisitedTag": ("Score2", "Departments visited", "Departamentos visitados", "Departamentos visitados"),
    "productVisitedTag": ("Score2", "Products visited", "Produtos visitados", "Productos visitados"),
    "productPurchasedTag": ("Score2", "Products bought", "Produtos comprados", "Productos comprados"),
    "searchTermTag": ("Score2", "Searched for", "Termos buscados", "Términos buscados"),
    "visitedProductWithStockOutSkusTag": ("Score2", "Visited while sold out",
                                         "Visitados sem estoque", "Visitados sin existencias"),
}  # fmt: skip
SECTIONS: tuple[tuple[dict[str, str], list[str]], ...] = (
    ({"en": "Customer", "pt-br": "Cliente", "es": "Cliente"},
     ["firstName", "lastName", "email", "document", "documentType", "birthDate",
      "gender", "localeDefault", "approved", "isNewsletterOptIn"]),
    ({"en": "Phones", "pt-br": "Telefones", "es": "Teléfonos"}, ["phone", "homePhone", "businessPhone", "cellPhone"]),
    ({"en": "Company", "pt-br": "Empresa", "es": "Empresa"},
     ["isCorporate", "corporateName", "tradeName", "corporateDocument", "stateRegistration", "isFreeStateRegistration"]),
    ({"en": "Commerce", "pt-br": "Comércio", "es": "Comercio"}, ["customerClass", "tradePolicy", "priceTables"]),
    ({"en": "Files", "pt-br": "Arquivos", "es": "Archivos"}, ["profilePicture", "attach"]),
    ({"en": "Activity", "pt-br": "Atividade", "es": "Actividad"},
     ["rclastcartvalue", "rclastsessiondate", *(name for name, (kind, *_labels) in FIELDS.items() if kind == "Score2")]),
)  # fmt: skip
UNIQUE = {"email", "userId"}
DOCUMENTS = {"document", "corporateDocument"}
NOT_SEARCHED = {"restrictions", "rclastcart"}


def definitions() -> Iterator[FieldDefinition]:
    for name, (kind, english, portuguese, spanish) in FIELDS.items():
        yield FieldDefinition(
            name=name,
            type=kind,
            labels={"en": english, "pt-br": portuguese, "es": spanish},
            nullable=kind != "Boolean",
            searchable=name not in NOT_SEARCHED,
            unique=name in UNIQUE,
            locked=True,
            read_only=name == "birthDateMonth",
            options={"by_digits": True} if name in DOCUMENTS else {},
        )


CUSTOMERS = BuiltIn(
    acronym="CL",
    labels={"en": "Customers", "pt-br": "Clientes", "es": "Clientes"},
    definitions=tuple(definitions()),
    sections=SECTIONS,
    columns=("email", "firstName", "lastName", "document", "phone"),
    filters=("approved", "isNewsletterOptIn", "isCorporate"),
    related=("AD.userId",),
    has_clusters=True,
)
