"""The headers of exports that people have in hand, and what each column is proposed for; what is not listed stays open."""

import csv
from dataclasses import dataclass, field

import pytest

from crm.schema.generated import current
from crm.worksheets.formats.rows import SheetRow
from crm.worksheets.mapping.column_proposals import ColumnProposals, propose_columns
from crm.worksheets.mapping.inspection import inspect


@dataclass(frozen=True)
class Export:
    """The header line, some cells by header, and the proposals by header; `names` are columns of whole names."""

    headers: str
    cells: dict[str, str]
    fields: dict[str, str]
    names: list[str] = field(default_factory=list)
    entity: str = "CL"


GOOGLE = Export(
    "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,Name Suffix,Nickname,"
    "File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,"
    "E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - Formatted,"
    "Address 1 - Street,Address 1 - City,Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,"
    "Website 1 - Label,Website 1 - Value",
    {
        "First Name": "Ana", "Last Name": "Pires", "Organization Name": "Padaria Dois", "Birthday": "1985-05-15", "Labels": "* myContacts",
        "E-mail 1 - Label": "* Work", "E-mail 1 - Value": "ana@example.com", "E-mail 2 - Label": "Home", "E-mail 2 - Value": "a@example.com",
        "Phone 1 - Label": "Mobile", "Phone 1 - Value": "+55 11 99999-0001", "Address 1 - Label": "Home", "Address 1 - Street": "Rua A, 2",
        "Address 1 - City": "São Paulo", "Address 1 - Region": "SP", "Address 1 - Postal Code": "01310-100", "Address 1 - Country": "BR",
    },
    {
        "First Name": "firstName", "Last Name": "lastName", "Organization Name": "corporateName", "Birthday": "birthDate",
        "E-mail 1 - Value": "email", "Phone 1 - Value": "phone",
    },
)  # fmt: skip
GOOGLE_BEFORE = Export(
    "Name,Given Name,Additional Name,Family Name,Yomi Name,Given Name Yomi,Additional Name Yomi,Family Name Yomi,Name Prefix,"
    "Name Suffix,Initials,Nickname,Short Name,Maiden Name,Birthday,Gender,Location,Billing Information,Directory Server,Mileage,"
    "Occupation,Hobby,Sensitivity,Priority,Subject,Notes,Language,Photo,Group Membership,E-mail 1 - Type,E-mail 1 - Value,"
    "Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value,Organization 1 - Type,Organization 1 - Name,"
    "Organization 1 - Yomi Name,Organization 1 - Title,Organization 1 - Department",
    {
        "Name": "Ana Pires", "Given Name": "Ana", "Family Name": "Pires", "E-mail 1 - Type": "* Work",
        "E-mail 1 - Value": "ana@example.com ::: ana@work.example", "Phone 1 - Type": "Mobile", "Phone 1 - Value": "+5511999990001",
        "Phone 2 - Type": "Work", "Phone 2 - Value": "+551133330001", "Organization 1 - Name": "Padaria Dois",
    },
    {
        "Given Name": "firstName", "Family Name": "lastName", "Birthday": "birthDate", "Gender": "gender", "Language": "localeDefault",
        "E-mail 1 - Value": "email", "Phone 1 - Value": "phone", "Organization 1 - Name": "corporateName",
    },
)  # fmt: skip
OUTLOOK = Export(
    "First Name,Middle Name,Last Name,Title,Suffix,Nickname,Given Yomi,Surname Yomi,E-mail Address,E-mail 2 Address,E-mail 3 Address,"
    "Home Phone,Home Phone 2,Business Phone,Business Phone 2,Mobile Phone,Car Phone,Other Phone,Primary Phone,Pager,Business Fax,"
    "Home Fax,Other Fax,Company Main Phone,Callback,Radio Phone,Telex,TTY/TDD Phone,IMAddress,Job Title,Department,Company,"
    "Office Location,Manager's Name,Assistant's Name,Assistant's Phone,Company Yomi,Business Street,Business City,Business State,"
    "Business Postal Code,Business Country/Region,Home Street,Home City,Home State,Home Postal Code,Home Country/Region,Other Street,"
    "Personal Web Page,Spouse,Schools,Hobby,Location,Web Page,Birthday,Anniversary,Notes",
    {
        "First Name": "Ana", "Last Name": "Pires", "E-mail Address": "ana@example.com", "E-mail 2 Address": "a@example.com",
        "Home Phone": "(11) 3333-0001", "Mobile Phone": "(11) 99999-0001", "Job Title": "Buyer", "Company": "Padaria Dois",
        "Home Street": "Rua A", "Birthday": "15/05/1985",
    },
    {
        "First Name": "firstName", "Last Name": "lastName", "E-mail Address": "email", "Home Phone": "homePhone",
        "Business Phone": "businessPhone", "Mobile Phone": "cellPhone", "Primary Phone": "phone", "Company": "corporateName",
        "Birthday": "birthDate",
    },
)  # fmt: skip
MAILCHIMP = Export(
    "Email Address,First Name,Last Name,Address,Phone Number,Birthday,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,"
    "LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS",
    {
        "Email Address": "ana@example.com", "First Name": "Ana", "Last Name": "Pires", "Phone Number": "+5511999990001",
        "Birthday": "05/15", "MEMBER_RATING": "2", "OPTIN_TIME": "2024-03-14 09:12:31", "OPTIN_IP": "192.0.2.7", "CC": "BR", "REGION": "SP",
    },
    {"Email Address": "email", "First Name": "firstName", "Last Name": "lastName", "Phone Number": "phone"},
)  # fmt: skip
BREVO = Export(
    "CONTACT ID,EMAIL,FIRSTNAME,LASTNAME,SMS,EXT_ID,LANDLINE_NUMBER,WHATSAPP,JOB_TITLE,INTERESTS,DOUBLE_OPT-IN,OPT_IN,"
    "ADDED_TIME,MODIFIED_TIME",
    {
        "CONTACT ID": "17", "EMAIL": "ana@example.com", "FIRSTNAME": "Ana", "LASTNAME": "Pires", "SMS": "5511999990001",
        "DOUBLE_OPT-IN": "Yes", "OPT_IN": "Yes", "ADDED_TIME": "14-03-2024",
    },
    {"EMAIL": "email", "FIRSTNAME": "firstName", "LASTNAME": "lastName", "SMS": "cellPhone"},
)  # fmt: skip
HUBSPOT = Export(
    "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Job Title,Company Name,Contact owner,Lifecycle Stage,"
    "Lead Status,Create Date,Last Activity Date,Primary Associated Company ID,Primary Associated Company,Marketing contact status",
    {
        "Record ID": "5101", "First Name": "Ana", "Last Name": "Pires", "Email": "ana@example.com", "Phone Number": "11 3333-0001",
        "Mobile Phone Number": "11 99999-0001", "Company Name": "Padaria Dois", "Contact owner": "Rui Reis",
        "Create Date": "2023-04-12 09:31", "Primary Associated Company": "Padaria Dois",
    },
    {
        "First Name": "firstName", "Last Name": "lastName", "Email": "email", "Phone Number": "phone",
        "Mobile Phone Number": "cellPhone", "Company Name": "corporateName",
    },
)  # fmt: skip
SALESFORCE = Export(
    "Id,IsDeleted,MasterRecordId,AccountId,LastName,FirstName,Salutation,Name,OtherStreet,OtherCity,MailingStreet,MailingCity,"
    "MailingState,MailingPostalCode,MailingCountry,Phone,Fax,MobilePhone,HomePhone,OtherPhone,AssistantPhone,ReportsToId,Email,Title,"
    "Department,AssistantName,LeadSource,Birthdate,Description,OwnerId,HasOptedOutOfEmail,HasOptedOutOfFax,DoNotCall,CreatedDate,"
    "CreatedById,LastModifiedDate,SystemModstamp",
    {
        "Id": "0035e00000AbCdEAAV", "IsDeleted": "0", "AccountId": "0015e00000XyZ", "LastName": "Pires", "FirstName": "Ana",
        "Name": "Ana Pires", "Phone": "(11) 3333-0001", "MobilePhone": "(11) 99999-0001", "Email": "ana@example.com",
        "Birthdate": "1985-05-15", "HasOptedOutOfEmail": "0",
    },
    {
        "Id": "id", "LastName": "lastName", "FirstName": "firstName", "Phone": "phone", "MobilePhone": "cellPhone",
        "HomePhone": "homePhone", "Email": "email", "Birthdate": "birthDate",
    },
)  # fmt: skip
SALESFORCE_REPORT = Export(
    "Salutation,First Name,Last Name,Title,Account Name,Mailing Street,Mailing City,Mailing State/Province,Mailing Zip/Postal Code,"
    "Mailing Country,Phone,Fax,Mobile,Email,Account Owner",
    {"First Name": "Ana", "Last Name": "Pires", "Account Name": "Padaria Dois", "Email": "ana@example.com", "Account Owner": "Rui Reis"},
    {
        "First Name": "firstName", "Last Name": "lastName", "Account Name": "corporateName", "Phone": "phone", "Mobile": "cellPhone",
        "Email": "email",
    },
)  # fmt: skip
SHOPIFY = Export(
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,"
    "Default Address Address2,Default Address City,Default Address Province Code,Default Address Country Code,Default Address Zip,"
    "Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags,Accepts WhatsApp Marketing",
    {
        "Customer ID": "'6001234567890", "First Name": "Ana", "Last Name": "Pires", "Email": "ana@example.com",
        "Accepts Email Marketing": "yes", "Default Address Company": "Padaria Dois", "Phone": "'+5511999990001",
        "Accepts SMS Marketing": "no", "Total Spent": "120.00", "Tax Exempt": "no",
    },
    {
        "First Name": "firstName", "Last Name": "lastName", "Email": "email", "Accepts Email Marketing": "isNewsletterOptIn",
        "Default Address Company": "corporateName", "Phone": "phone",
    },
)  # fmt: skip
WOO_USERS = Export(
    "ID,customer_id,user_login,user_pass,user_nicename,user_email,user_url,user_registered,display_name,first_name,last_name,"
    "user_status,roles,nickname,description,billing_first_name,billing_last_name,billing_company,billing_email,billing_phone,"
    "billing_address_1,billing_address_2,billing_postcode,billing_city,billing_state,billing_country,shipping_first_name,"
    "shipping_last_name,shipping_company,shipping_address_1,billing_cpf,billing_birthdate,billing_sex,billing_cellphone",
    {
        "ID": "7", "user_login": "anap", "user_email": "ana@example.com", "display_name": "Ana Pires", "first_name": "Ana",
        "last_name": "Pires", "billing_first_name": "Ana", "billing_last_name": "Pires", "billing_company": "Padaria Dois",
        "billing_email": "compras@example.com", "billing_phone": "(11) 3333-0001", "shipping_first_name": "Rui",
        "billing_cpf": "012.345.678-90", "billing_birthdate": "15/05/1985", "billing_cellphone": "(11) 99999-0001",
    },
    {
        "ID": "id", "user_email": "email", "first_name": "firstName", "last_name": "lastName", "billing_company": "corporateName",
        "billing_phone": "phone", "billing_cpf": "document", "billing_birthdate": "birthDate", "billing_sex": "gender",
        "billing_cellphone": "cellPhone",
    },
)  # fmt: skip
WOO_REPORT = Export(
    "Name,Username,Last active,Sign up,Email,Orders,Total spend,AOV,Country / Region,City,Region,Postal code",
    {
        "Name": "Ana Pires",
        "Username": "anap",
        "Email": "ana@example.com",
        "Orders": "3",
        "Total spend": "120.00",
        "City": "Santos",
    },
    {"Email": "email"},
    ["Name"],
)
WOO_ORDERS = Export(
    "Order Number,Order Status,Order Date,Customer Note,First Name (Billing),Last Name (Billing),Company (Billing),"
    "Address 1&2 (Billing),City (Billing),State Code (Billing),Postcode (Billing),Country Code (Billing),Email (Billing),"
    "Phone (Billing),First Name (Shipping),Last Name (Shipping),Order Total Amount",
    {"First Name (Billing)": "Ana", "Last Name (Billing)": "Pires", "Email (Billing)": "ana@example.com", "First Name (Shipping)": "Rui"},
    {
        "First Name (Billing)": "firstName", "Last Name (Billing)": "lastName", "Company (Billing)": "corporateName",
        "Email (Billing)": "email", "Phone (Billing)": "phone",
    },
)  # fmt: skip
RD_STATION = Export(
    "Email,Nome,Telefone,Celular,Empresa,Cargo,Estado,Cidade,País,Website,Twitter,Facebook,Linkedin,Tags,Estágio no funil,"
    "Lead Scoring - Perfil,Lead Scoring - Interesse,Dono do Lead,Total de conversões,Data da primeira conversão,"
    "Evento da primeira conversão,Data da última conversão",
    {
        "Email": "ana@example.com", "Nome": "Ana Pires", "Telefone": "(11) 3333-0001", "Celular": "(11) 99999-0001",
        "Empresa": "Padaria Dois", "Cargo": "Compras", "Estágio no funil": "Lead", "Dono do Lead": "rui@example.com",
        "Data da primeira conversão": "2024-03-14 09:12:31",
    },
    {"Email": "email", "Telefone": "phone", "Celular": "cellPhone", "Empresa": "corporateName"},
    ["Nome"],
)  # fmt: skip
BLING = Export(
    "ID;Código;Nome;Fantasia;Endereço;Número;Complemento;Bairro;CEP;Cidade;UF;Contatos;Fone;Fax;Celular;E-mail;Web Site;Tipo pessoa;"
    "CNPJ / CPF;IE / RG;IE isento;Situação;Observações;Estado civil;Profissão;Sexo;Data nascimento;Naturalidade;Nome pai;CPF pai;"
    "Nome mãe;CPF mãe;Segmento;Vendedor;Tipo contato;E-mail para envio NFe;Limite de crédito;Cliente desde;Próxima visita;"
    "Condição de pagamento;Regime tributário",
    {
        "ID": "16512345678", "Nome": "Padaria Dois Ltda", "Fantasia": "Padaria Dois", "Fone": "(11) 3333-0001",
        "Celular": "(11) 99999-0001", "E-mail": "dois@example.com", "Tipo pessoa": "J", "CNPJ / CPF": "11.222.333/0001-81",
        "IE / RG": "123", "IE isento": "N", "Data nascimento": "00/00/0000", "E-mail para envio NFe": "nfe@example.com",
        "Limite de crédito": "1.500,00", "Cliente desde": "01/02/2020",
    },
    {
        "ID": "id", "Fantasia": "tradeName", "Fone": "phone", "Celular": "cellPhone", "E-mail": "email", "CNPJ / CPF": "document",
        "Sexo": "gender", "Data nascimento": "birthDate",
    },
    ["Nome"],
)  # fmt: skip
FACEBOOK = Export(
    "id,created_time,ad_id,ad_name,adset_id,adset_name,campaign_id,campaign_name,form_id,form_name,is_organic,platform,full_name,"
    "email,phone_number,date_of_birth,company_name,job_title,street_address,city,zip_code,lead_status",
    {
        "id": "l:1234567890123456", "created_time": "2023-05-09T10:35:18-03:00", "ad_name": "Video 2", "adset_name": "SP 25-45",
        "campaign_name": "Inverno", "form_name": "Form A", "is_organic": "false", "platform": "fb", "full_name": "Ana Pires",
        "email": "ana@example.com", "phone_number": "p:+5511999990001", "date_of_birth": "05/15/1985", "company_name": "Padaria Dois",
    },
    {"id": "id", "email": "email", "phone_number": "phone", "date_of_birth": "birthDate", "company_name": "corporateName"},
    ["full_name"],
)  # fmt: skip
VTEX = Export(
    "id,email,userId,firstName,lastName,document,documentType,birthDate,gender,phone,homePhone,isNewsletterOptIn,isCorporate,"
    "corporateName,tradeName,corporateDocument,stateRegistration,createdIn,updatedIn,accountId,dataEntityId",
    {
        "id": "CL-be30ed0b-78ec-11ee-83ab-0eca8d1868e1", "email": "ana@example.com", "firstName": "Ana", "isCorporate": "false",
        "birthDate": "1985-05-15", "createdIn": "2023-05-09T10:35:18",
    },
    {
        name: name
        for name in (
            "id", "email", "userId", "firstName", "lastName", "document", "documentType", "birthDate", "gender", "phone", "homePhone",
            "isNewsletterOptIn", "isCorporate", "corporateName", "tradeName", "corporateDocument", "stateRegistration",
        )
    },
)  # fmt: skip
VTEX_ORDERS = Export(
    "Origin,Order,Sequence,Creation Date,Client Name,Client Last Name,Client Document,Email,Phone,UF,City,Address Identification,"
    "Address Type,Receiver Name,Street,Number,Complement,Neighborhood,Reference,Postal Code,SLA Type,Courrier,Status,"
    "Payment System Name,Total Value,Seller Name",
    {
        "Client Name": "Ana Maria", "Client Last Name": "Pires", "Client Document": "01234567890", "Email": "ana@example.com",
        "Phone": "+5511999990001", "Status": "Faturado", "Seller Name": "Loja", "Receiver Name": "Rui Reis",
    },
    {"Client Name": "firstName", "Client Last Name": "lastName", "Client Document": "document", "Email": "email", "Phone": "phone"},
)  # fmt: skip
KLAVIYO = Export(
    "Email,Klaviyo ID,First Name,Last Name,Organization,Title,Phone Number,Address,Address 2,City,State / Region,Zip Code,Country,"
    "Date Added,Last Open,Email Marketing Consent,Consent Timestamp",
    {
        "Email": "ana@example.com", "Klaviyo ID": "01H", "First Name": "Ana", "Last Name": "Pires", "Organization": "Padaria Dois",
        "Phone Number": "+5511999990001", "Email Marketing Consent": "SUBSCRIBED",
    },
    {
        "Email": "email", "First Name": "firstName", "Last Name": "lastName", "Organization": "corporateName",
        "Phone Number": "phone",
    },
)  # fmt: skip
SALESFORCE_PT = Export(
    "Tratamento;Nome;Sobrenome;Cargo;Nome da conta;Rua para correspondência;Telefone;Celular;Email;Proprietário da conta",
    {"Nome": "Ana", "Sobrenome": "Pires", "Nome da conta": "Padaria Dois", "Email": "ana@example.com", "Proprietário da conta": "Rui"},
    {
        "Nome": "firstName", "Sobrenome": "lastName", "Nome da conta": "corporateName", "Telefone": "phone", "Celular": "cellPhone",
        "Email": "email",
    },
)  # fmt: skip
SHORT = Export(
    "First,Last,Email Addr,Organização,Tel. comercial,Tel. residencial",
    {"First": "Ana", "Last": "Pires", "Email Addr": "ana@example.com", "Organização": "Padaria Dois"},
    {
        "First": "firstName", "Last": "lastName", "Email Addr": "email", "Organização": "corporateName",
        "Tel. comercial": "businessPhone", "Tel. residencial": "homePhone",
    },
)  # fmt: skip
ADDRESSES = {
    "google": Export(
        GOOGLE.headers, GOOGLE.cells,
        {
            "Address 1 - Label": "addressType", "Address 1 - Street": "street", "Address 1 - City": "city",
            "Address 1 - Region": "state", "Address 1 - Postal Code": "postalCode", "Address 1 - Country": "country",
        }, entity="AD",
    ),
    "shopify": Export(
        SHOPIFY.headers, SHOPIFY.cells,
        {
            "Default Address Address1": "street", "Default Address Address2": "complement", "Default Address City": "city",
            "Default Address Province Code": "state", "Default Address Country Code": "country", "Default Address Zip": "postalCode",
        }, entity="AD",
    ),
    "bling": Export(
        BLING.headers, BLING.cells,
        {
            "ID": "id", "Endereço": "street", "Número": "number", "Complemento": "complement", "Bairro": "neighborhood",
            "CEP": "postalCode", "Cidade": "city", "UF": "state",
        }, entity="AD",
    ),
}  # fmt: skip
EXPORTS = {
    "google": GOOGLE, "google-before-2023": GOOGLE_BEFORE, "outlook": OUTLOOK, "mailchimp": MAILCHIMP, "brevo": BREVO,
    "hubspot": HUBSPOT, "salesforce": SALESFORCE, "salesforce-report": SALESFORCE_REPORT, "shopify": SHOPIFY,
    "woocommerce-users": WOO_USERS, "woocommerce-report": WOO_REPORT, "woocommerce-orders": WOO_ORDERS, "rd-station": RD_STATION,
    "bling": BLING, "facebook": FACEBOOK, "vtex": VTEX, "vtex-orders": VTEX_ORDERS,
    "klaviyo": KLAVIYO, "salesforce-report-pt": SALESFORCE_PT, "short": SHORT,
    **{f"{name}-addresses": export for name, export in ADDRESSES.items()},
}  # fmt: skip


def proposed(export: Export) -> tuple[list[str], ColumnProposals]:
    headers = next(csv.reader([export.headers], delimiter=";" if ";" in export.headers else ","))
    rows = [SheetRow(2, [export.cells.get(header, "") for header in headers])]
    return headers, propose_columns(inspect(headers, rows), current.models()[export.entity].entity, former={}, stated={})


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_the_columns_of_a_real_export_are_proposed_or_stay_open(customers, export):
    headers, found = proposed(export)

    assert {headers[place]: name for place, name in found.fields.items()} == export.fields
    assert [headers[place] for place in found.full_names] == export.names
