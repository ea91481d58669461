"""Statutory-sounding filler in English and French about licences, records and premises; it answers no topic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Words:
    """The stock of one language; `{n}` is a small number, `{ref}` a cross-reference."""

    subjects: tuple[str, ...]
    duties: tuple[str, ...]
    objects: tuple[str, ...]
    times: tuple[str, ...]
    conditions: tuple[str, ...]
    stem: str
    conjunctions: tuple[str, str]
    notes: tuple[str, ...]
    meanings: tuple[str, ...]


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines())


ENGLISH = Words(
    subjects=_lines("""
        the holder of a production licence
        the keeper of a register
        an operator of a dispensing site
        a carrier
        a person in charge of a vault
        the holder of a testing permit
        an applicant for renewal
        a quality officer
        every partner in a licensed undertaking
        a person to whom a consignment is addressed
        the security officer
        the owner of a building in which a licensed activity takes place
        an importer named in a permit
    """),
    duties=_lines("""
        must keep
        must hand over to {agency}
        must not alter or destroy
        must have in place and follow
        must, on request, show an inspector
        must review and, if necessary, correct
        may not rely on
        must sign and date
        must store apart from all other goods
        must replace without charge
    """),
    objects=_lines("""
        a written record of every transfer that leaves the site
        the original of each order form and its annexes
        a plan of the premises on which each locked area is marked
        the results of every test made on a lot or batch
        a list of the persons who have keys or access codes
        the seal numbers of each container in a consignment
        a procedure for the recall of goods that are not fit for use
        the inventory that was taken at the end of the quarter
        the contract under which the goods are carried
        samples large enough for every required test to be made twice
        the training file of each member of the staff
        the images recorded by the surveillance equipment
        a statement of the losses that occurred in drying, trimming or packing
    """),
    times=_lines("""
        within {n} days after the event
        for at least {n} years after the last entry is made
        before the end of working day {n} of the following month
        as soon as the circumstances permit
        at intervals of no more than {n} months
        no later than {n} days before the activity begins
        for as long as the licence or permit is in effect
        at the address that is given in the licence
        in the form and manner that {agency} specifies
    """),
    conditions=_lines("""
        the premises were inspected in the preceding {n} months and no deficiency is outstanding
        the change affects no more than {n} of the areas that are shown on the plan
        the quantity found differs from the quantity recorded and no explanation has been given
        the requirements of {ref} are met in respect of the same lot or batch
        a notice under {ref} has been given and has not been withdrawn
        the carrier has confirmed in writing that each seal was intact on delivery
        the person has been convicted of an offence under {ref} in the preceding {n} years
        the fee that is payable for the application has been paid in full
        an interruption of the power supply lasted for longer than {n} hours
        the goods were returned by a buyer in a package that had been opened
        the information that was given seems to be false or misleading
        the activity is carried on behind a barrier that prevents unauthorised access at all times
    """),
    stem="{subject} {duty} {object} {time}, if",
    conjunctions=("and", "or"),
    notes=_lines("""
        Retention of records
        Duty to notify
        Security of premises
        Carriage and delivery
        Suspension of licence
        Return of goods
        Sampling and testing
        Change of officer
        Form of application
        Refusal to renew
        Labels and seals
        Destruction of waste
        Exception — small sites
        Time for payment
        Service of documents
        Inspection of vaults
        Inventory
        Recall
        Access to surveillance images
        Effect of revocation
    """),
    meanings=_lines("""
        means {object}, other than anything to which {ref} applies.
        means a thing or place that is described as such in a licence, and includes {object}.
        has the same meaning as in {ref}.
    """),
)

FRENCH = Words(
    subjects=_lines("""
        le titulaire d’une licence de production
        le teneur d’un registre
        l’exploitant d’un lieu de distribution
        le transporteur
        la personne responsable d’une chambre forte
        le titulaire d’un permis d’essai
        l’auteur d’une demande de renouvellement
        le responsable de la qualité
        le destinataire d’un envoi
    """),
    duties=_lines("""
        conserve
        remet à {agency}
        ne peut modifier ni détruire
        établit et applique
        présente à l’inspecteur
        révise et, au besoin, corrige
        signe et date
        entrepose à l’écart de toute autre marchandise
    """),
    objects=_lines("""
        un relevé écrit de chaque transfert effectué à partir du lieu
        l’original de chaque bon de commande et ses annexes
        un plan des installations indiquant chaque zone verrouillée
        les résultats de tout essai effectué sur un lot
        la liste des personnes qui détiennent une clé ou un code d’accès
        les numéros de sceau des contenants d’un envoi
        la procédure de rappel des marchandises impropres à l’usage
        l’inventaire dressé à la fin du trimestre
        le contrat en vertu duquel les marchandises sont transportées
        le dossier de formation de chaque employé
    """),
    times=_lines("""
        dans les {n} jours suivant l’événement
        pendant au moins {n} ans après la dernière inscription
        à des intervalles d’au plus {n} mois
        au plus tard {n} jours avant le début de l’activité
        dès que possible
        tant que la licence ou le permis est en vigueur
        selon les modalités que fixe {agency}
    """),
    conditions=_lines("""
        les installations ont fait l’objet d’une inspection au cours des {n} derniers mois
        le changement ne touche pas plus de {n} des zones indiquées sur le plan
        la quantité trouvée diffère de la quantité consignée sans qu’aucune explication soit fournie
        les exigences de {ref} sont respectées à l’égard du même lot
        l’avis prévu à {ref} a été donné et n’a pas été retiré
        le transporteur a confirmé par écrit que chaque sceau était intact à la livraison
        les droits exigibles pour la demande ont été acquittés en totalité
        une panne d’électricité a duré plus de {n} heures
        les renseignements fournis paraissent faux ou trompeurs
    """),
    stem="{subject} {duty} {object} {time}, si :",
    conjunctions=("et", "ou"),
    notes=_lines("""
        Conservation des registres
        Obligation d’aviser
        Sécurité des installations
        Transport et livraison
        Suspension de la licence
        Retour de marchandises
        Échantillonnage et essais
        Forme de la demande
        Refus de renouveler
        Étiquettes et sceaux
        Destruction des déchets
        Inventaire
        Rappel
    """),
    meanings=_lines("""
        S’entend de ce qui suit : {object}, sauf ce que vise {ref}.
        Chose ou endroit ainsi désigné dans une licence; y est assimilé {object}.
        S’entend au sens de {ref}.
    """),
)

NOTIONS = tuple(
    (pair.split(" = ")[0], pair.split(" = ")[1])
    for pair in _lines("""
        batch = lot de fabrication
        carrier = transporteur
        consignment = envoi
        keeper = teneur de registre
        locked area = zone verrouillée
        quality officer = responsable de la qualité
        seal = sceau
        security officer = responsable de la sécurité
        site = lieu
        vault = chambre forte
    """)
)
"""Terms that filler definitions define, in English and French."""


@dataclass(frozen=True)
class Prose:
    """Writes filler with the agency and the cross-references of one jurisdiction."""

    words: Words
    agency: str
    refer: Callable[[Random], str]
    """Writes a cross-reference, in the mark-up marks of the format."""

    def sentence(self, rng: Random) -> str:
        """A complete duty with a condition."""
        shape = "{subject} {duty} {object} {time}" + rng.choice(("", ", {if} {condition}", ", {if} {condition}"))
        return self._capital(self._fill(shape, rng)) + "."

    def stem(self, rng: Random) -> str:
        """A duty that ends where its list of conditions begins."""
        return self._capital(self._fill(self.words.stem, rng))

    def items(self, rng: Random, count: int, end: str = ".") -> list[tuple[str, str]]:
        """Conditions for a list, each with the punctuation that follows it."""
        texts = [self._fill(text, rng) for text in rng.sample(self.words.conditions, count)]
        ends = [";"] * (count - 2) + [f"; {rng.choice(self.words.conjunctions)}", end]
        return list(zip(texts, ends, strict=True))

    def note(self, rng: Random) -> str:
        """A marginal note or heading."""
        return rng.choice(self.words.notes)

    def meaning(self, rng: Random) -> str:
        """What a term is defined to mean."""
        return self._fill(rng.choice(self.words.meanings), rng)

    def _fill(self, shape: str, rng: Random) -> str:
        words = self.words
        text = shape.replace("{subject}", rng.choice(words.subjects)).replace("{duty}", rng.choice(words.duties))
        text = text.replace("{object}", rng.choice(words.objects)).replace("{time}", rng.choice(words.times))
        text = text.replace("{condition}", rng.choice(words.conditions)).replace("{agency}", self.agency)
        text = text.replace("{if}", words.stem.rstrip(" :").rsplit(" ", 1)[-1])
        while "{n}" in text:
            text = text.replace("{n}", str(rng.randint(4, 28)), 1)
        while "{ref}" in text:
            text = text.replace("{ref}", self.refer(rng), 1)
        return text

    @staticmethod
    def _capital(text: str) -> str:
        return text[0].upper() + text[1:]
