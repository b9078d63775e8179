"""What the demo's people are called and where they live. Streets are named for trees, so that none is a real address."""

FIRST_NAMES = (
    "Ana", "Beatriz", "Bruno", "Caio", "Camila", "Carla", "Daniel", "Davi", "Débora", "Eduardo", "Elaine", "Fábio",
    "Fernanda", "Flávia", "Gabriel", "Helena", "Heitor", "Igor", "Íris", "Isabela", "João", "Júlia", "Larissa",
    "Leandro", "Letícia", "Lívia", "Lucas", "Luiz", "Marcelo", "Mariana", "Murilo", "Natália", "Otávio", "Patrícia",
    "Paula", "Pedro", "Rafael", "Renata", "Rodrigo", "Sebastião", "Sofia", "Tatiana", "Thiago", "Vinícius", "Vitória",
    "Yasmin",
)  # fmt: skip
LAST_NAMES = (
    "Albuquerque", "Almeida", "Araújo", "Barbosa", "Barros", "Cardoso", "Cavalcanti", "Conceição", "Costa", "Dias",
    "Fernandes", "Ferreira", "Fonseca", "Gomes", "Gonçalves", "Lacerda", "Lima", "Lopes", "Machado", "Martins",
    "Mendes", "Monteiro", "Moura", "Nascimento", "Nunes", "Oliveira", "Pereira", "Pinto", "Prado", "Queiroz", "Ribeiro",
    "Rocha", "Santos", "da Silva", "Souza", "Teixeira", "Vasconcelos",
)  # fmt: skip

# State, city, area code, the first five digits of a postal code there, and how many of a hundred people live there.
PLACES = (
    ("SP", "São Paulo", "11", "01310", 27), ("SP", "Campinas", "19", "13010", 9), ("RJ", "Rio de Janeiro", "21", "20040", 15),
    ("MG", "Belo Horizonte", "31", "30110", 11), ("PR", "Curitiba", "41", "80010", 7), ("RS", "Porto Alegre", "51", "90010", 7),
    ("BA", "Salvador", "71", "40010", 6), ("SC", "Florianópolis", "48", "88010", 5), ("PE", "Recife", "81", "50010", 5),
    ("GO", "Goiânia", "62", "74010", 4), ("CE", "Fortaleza", "85", "60010", 4),
)  # fmt: skip
TREES = ("das Acácias", "dos Cedros", "dos Ipês", "dos Jacarandás", "das Jabuticabeiras", "das Mangueiras", "dos Oitis",
         "das Palmeiras", "das Paineiras", "dos Pinheiros", "das Quaresmeiras", "dos Umbuzeiros")  # fmt: skip
NEIGHBORHOODS = ("Boa Vista", "Centro", "Jardim América", "Santa Cruz", "Santo Antônio", "São José", "Vila Nova")
MAIL_HOSTS = ("example.com", "example.net", "example.org")  # reserved for examples: nobody reads mail there
