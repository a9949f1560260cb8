"""The ordeals of `make torture` that need neither root nor a C compiler, made small."""

from torture import crowds, disks


def test_every_answer_beside_a_writer_is_sound() -> None:
    said = crowds.readers(seed=1, seconds=6, count=2)
    assert said.endswith("every one sound")
    assert not said.startswith("0 answers")


def test_after_ten_rounds_of_churn_k_are_returned_and_they_are_the_nearest() -> None:
    assert "recall@10 at worst" in crowds.churn(seed=1, documents=40)


def test_damage_is_noticed_and_never_answered_from() -> None:
    assert "none answered from" in disks.damage(seed=1, flips=12, cuts=4)


def test_adding_works_at_each_size_of_the_store() -> None:
    assert "1,200 passages" in crowds.growth(seed=1, sizes=(300, 1200))
