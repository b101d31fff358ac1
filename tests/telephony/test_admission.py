from telephony.admission import Admission, Tickets


def test_a_ticket_is_good_once() -> None:
    tickets = Tickets(lambda: 1000.0)
    ticket = tickets.issue()
    assert tickets.redeem(ticket)
    assert not tickets.redeem(ticket)


def test_a_ticket_expires() -> None:
    now = [1000.0]
    tickets = Tickets(lambda: now[0])
    ticket = tickets.issue()
    now[0] += 61
    assert not tickets.redeem(ticket)


def test_a_forged_or_empty_ticket_is_refused() -> None:
    tickets = Tickets(lambda: 1000.0)
    genuine = tickets.issue()
    assert not tickets.redeem("")
    assert not tickets.redeem("9999999999.aaaa.bbbb")
    assert not tickets.redeem(genuine[:-1] + ("0" if genuine[-1] != "0" else "1"))
    assert not Tickets(lambda: 1000.0).redeem(genuine)


def test_calls_are_counted_against_the_limit_and_given_back() -> None:
    admission = Admission(1)
    assert not admission.full
    with admission:
        assert admission.full
    assert not admission.full
