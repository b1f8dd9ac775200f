using Binnacle.Api;
using Binnacle.Rendering.Rules;
using FsCheck;
using FsCheck.Fluent;

namespace Binnacle.Rendering.Tests.Rules;

public sealed class RuleGroupingTests
{
    private static readonly Arbitrary<List<AlertRule>> RuleSets = Gen.Choose(0, 400)
        .SelectMany(count =>
            Gen.ListOf(
                Gen.Choose(0, 100_000)
                    .SelectMany(_ => Gen.Choose(0, 2), (number, ns) => (number, ns))
                    .SelectMany(_ => Gen.Choose(0, 8), (x, recordings) => (x.number, x.ns, recordings))
                    .Select(x =>
                        RuleCases.Rule(
                            $"rule-{x.number}",
                            $"ns-{x.ns}",
                            x.recordings > 4 ? 0 : x.recordings,
                            x.number % 7 == 0 ? "30s" : null
                        )
                    ),
                count
            )
        )
        .Select(rules => rules.DistinctBy(rule => rule.Key).ToList())
        .ToArbitrary();

    [Fact]
    public void Every_rule_stands_exactly_once_where_the_plan_says() =>
        Check(rules =>
        {
            var render = Render(rules);
            render.Problems.ShouldAllBe(problem => !problem.IsError);
            var planned = render.Plan.Rules.Select(r => (r.File, r.Group, r.Index, r.Name, r.Query)).ToHashSet();
            RuleCases.Files(render).ToHashSet().SetEquals(planned).ShouldBeTrue();
            planned.Count.ShouldBe(render.Plan.Rules.Count);
            foreach (var rule in rules)
            {
                var mine = render.Plan.Rules.Where(r => r.Source.Key == rule.Key).ToList();
                mine.Count.ShouldBe(rule.Spec.Recordings.Count + 1);
                mine.Select(r => (r.File, r.Group)).Distinct().Count().ShouldBe(1);
                mine.Select(r => r.Index).ShouldBe(Enumerable.Range(mine[0].Index, mine.Count));
                mine.Select(r => r.IsAlert).ShouldBe([.. rule.Spec.Recordings.Select(_ => false), true]);
            }
        });

    [Fact]
    public void Groups_are_small_and_hold_one_namespace_and_interval() =>
        Check(rules =>
        {
            var render = Render(rules);
            foreach (var group in render.Plan.Rules.GroupBy(rule => rule.Group))
            {
                group.Count().ShouldBeLessThanOrEqualTo(50);
                group.Select(rule => rule.File).Distinct().Count().ShouldBe(1);
                group.Select(rule => rule.Source.Key.Namespace).Distinct().Count().ShouldBe(1);
                group.Key.ShouldStartWith(group.First().Source.Key.Namespace + "/");
            }

            // As few as the halving allows: what fits into one group is in one.
            var small = rules.Where(rule => rule.Spec.Interval is null).GroupBy(rule => rule.Metadata.Namespace);
            foreach (var set in small.Where(s => s.Sum(rule => rule.Spec.Recordings.Count + 1) <= 50))
            {
                render
                    .Plan.Rules.Where(r => r.Group.StartsWith($"{set.Key}/default", StringComparison.Ordinal))
                    .Select(r => r.Group)
                    .Distinct()
                    .Count()
                    .ShouldBe(1);
            }
        });

    [Fact]
    public void The_order_of_the_input_does_not_matter() =>
        Check(rules =>
        {
            var first = Render(rules);
            var second = Render([.. rules.OrderByDescending(rule => rule.Key)]);
            Bytes(second).ShouldBe(Bytes(first));
            second.Plan.Hash.ShouldBe(first.Plan.Hash);
        });

    [Fact]
    public void One_more_rule_moves_at_most_the_right_half_of_its_group() =>
        Check(rules =>
        {
            var before = Places(Render(rules));
            var after = Places(Render([.. rules, RuleCases.Rule("one-more", "ns-0", recordings: 3)]));
            var moved = before.Where(place => after[place.Key] != place.Value).ToList();
            if (moved.Count == 0)
            {
                return;
            }

            // All that moved were in the one group that was split, and some of its rules or the new one kept its name.
            var split = moved.Select(place => place.Value).Distinct().ShouldHaveSingleItem();
            moved.ShouldAllBe(place =>
                after[place.Key].StartsWith(split + (split.Count(c => c == '/') > 1 ? "" : "/"))
            );
            moved.Count.ShouldBeLessThanOrEqualTo(50);
        });

    [Fact]
    public void One_rule_less_joins_at_most_two_groups() =>
        Check(rules =>
        {
            if (rules.Count == 0)
            {
                return;
            }

            var before = Places(Render(rules));
            var after = Places(Render(rules[1..]));
            after
                .Where(p => before[p.Key] != p.Value)
                .Select(p => p.Value)
                .Distinct()
                .Count()
                .ShouldBeLessThanOrEqualTo(1);
        });

    [Fact]
    public void Names_hash_the_same_for_ever()
    {
        NameHash.Of("").ShouldBe(0xefd01f60ba992926UL);
        NameHash.Of("AlertRule/shop/high-error-rate").ShouldBe(9743799627332836982UL);
    }

    [Fact]
    public void Hashes_spread_over_the_bits()
    {
        var hashes = Enumerable.Range(0, 4096).Select(i => NameHash.Of($"AlertRule/shop/rule-{i}")).ToList();
        hashes
            .GroupBy(hash => hash >> 58)
            .Select(group => group.Count())
            .ShouldAllBe(count => count > 30 && count < 110);
        hashes
            .GroupBy(hash => hash % 64)
            .Select(group => group.Count())
            .ShouldAllBe(count => count > 30 && count < 110);
    }

    private static void Check(Action<List<AlertRule>> property) =>
        Prop.ForAll(RuleSets, property).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    private static RuleRender Render(IReadOnlyList<AlertRule> rules) =>
        RuleRenderer.Render(RuleCases.Of(rules), new RuleShardCache());

    private static Dictionary<ResourceRef, string> Places(RuleRender render) =>
        render.Plan.Rules.Where(r => r.IsAlert).ToDictionary(r => r.Source, r => r.Group);

    private static string Bytes(RuleRender render) =>
        string.Join('\n', render.Shards.Select(shard => System.Text.Encoding.UTF8.GetString(shard.ToUtf8Json())));
}
