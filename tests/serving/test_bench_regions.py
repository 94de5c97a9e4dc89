from __future__ import annotations

from retrieval.taste import HandTaste
from serving.bench.regions import REGIONS, Crowd, CrowdPlan, told


def test_a_new_shoppers_region_helps_most_where_few_others_are() -> None:
    crowd = Crowd(CrowdPlan(items=120, shoppers=400, new=60), seed=7)
    found = {(each.region, each.deeds): each for each in told([crowd], [(HandTaste(),)])}
    large, small = (found[region, 0] for region in REGIONS)
    assert small.lead.low > 0
    assert small.lead.value > large.lead.value


def test_where_regions_do_not_differ_nothing_much_is_lost() -> None:
    crowd = Crowd(CrowdPlan(items=120, shoppers=400, new=60, regional=0.0), seed=7)
    found = [each for each in told([crowd], [(HandTaste(),)]) if each.deeds == 0]
    assert all(each.lead.high > -0.03 for each in found)


def test_the_same_seed_makes_the_same_crowd_and_region_is_on_every_event() -> None:
    plan = CrowdPlan(items=120, shoppers=40)
    one, other = Crowd(plan, seed=3).told, Crowd(plan, seed=3).told
    assert [(e.event_id, e.item_id, e.region) for e in one] == [(e.event_id, e.item_id, e.region) for e in other]
    assert {event.region for event in one} == set(REGIONS)
