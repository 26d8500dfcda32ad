"""Terms of office as a SELECT, for whoever counts days up to their end."""

from datetime import date

from sqlalchemy import Select, or_, select

from people.models import Person, RoleGrant


def ending(day: date) -> Select[int, int, str, date | None, int, str]:
    """``(association_id, id, role, ends_on, person_id, name)`` of terms with an end whose holder is here and was not given the
    same role beyond it.
    """
    later = RoleGrant.__table__.alias("later")
    renewed = select(later.c.id).where(
        later.c.person_id == RoleGrant.person_id,
        later.c.role == RoleGrant.role,
        later.c.revoked_at.is_(None),
        later.c.id != RoleGrant.id,
        or_(later.c.ends_on.is_(None), later.c.ends_on > RoleGrant.ends_on),
    )
    columns = (
        RoleGrant.association_id,
        RoleGrant.id,
        RoleGrant.role,
        RoleGrant.ends_on,
        RoleGrant.person_id,
        Person.name,
    )
    return (
        select(*columns)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.revoked_at.is_(None), RoleGrant.ends_on.is_not(None), RoleGrant.starts_on <= day)
        .where(Person.left_at.is_(None), ~renewed.exists())
    )
