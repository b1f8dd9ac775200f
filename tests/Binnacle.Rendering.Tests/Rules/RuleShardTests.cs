using System.Text;
using Binnacle.Api;
using Binnacle.Rendering.Rules;
using Binnacle.Rendering.Tests.Stacks;
using Kubernetes.Models;

namespace Binnacle.Rendering.Tests.Rules;

public sealed class RuleShardTests
{
    [Fact]
    [Trait("Guarantee", "A26")]
    public void Rules_come_and_go_without_touching_a_pod()
    {
        var with = Templates(RuleCases.Of([RuleCases.Rule("a"), RuleCases.Rule("b")]));
        with.ShouldNotBeEmpty();
        with.ShouldBe(Templates(RuleCases.Of([])));

        static IReadOnlyList<string> Templates(StackSnapshot snapshot) =>
            [
                .. new StackRenderer()
                    .Render(snapshot)
                    .Objects.Where(value => value is StatefulSet or Deployment)
                    .Select(value => System.Text.Encoding.UTF8.GetString(value.ToUtf8Json())),
            ];
    }

    [Fact]
    [Trait("Guarantee", "A28")]
    public void Below_each_shard_lies_an_empty_file()
    {
        var state = new StackRenderer().Render(RuleCases.Of([]));
        var mounted = state.PrometheusSources();
        var maps = state.Objects.OfType<ConfigMap>().ToDictionary(map => map.Metadata.Name!);

        // Of two sources with the same file the later wins.
        var empty = mounted.Single(name => name.EndsWith("-rules-empty", StringComparison.Ordinal));
        mounted.SkipWhile(name => name != empty).Skip(1).Count().ShouldBe(64);
        maps[empty].Data!.Keys.ShouldBe(Enumerable.Range(0, 64).Select(i => $"rules-{i:00}.yaml"));
        maps[empty].Data!.Values.ShouldAllBe(text => text == "groups: []\n");
        maps.Keys.Where(name => name != empty && name.Contains("-rules-", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void An_unchanged_shard_stays_the_same_instance()
    {
        var cache = new RuleShardCache();
        var rules = Enumerable.Range(0, 2000).Select(i => RuleCases.Rule($"rule-{i}", $"ns-{i % 5}")).ToList();
        var first = RuleRenderer.Render(RuleCases.Of(rules), cache);
        var written = cache.ShardsWritten;
        var rendered = cache.ResourcesRendered;

        var again = RuleRenderer.Render(RuleCases.Of(rules.AsEnumerable().Reverse()), cache);
        again.Shards.Count.ShouldBe(first.Shards.Count);
        again.Shards.Zip(first.Shards).ShouldAllBe(pair => ReferenceEquals(pair.First, pair.Second));
        (cache.ShardsWritten, cache.ResourcesRendered).ShouldBe((written, rendered));

        rules[700] = rules[700] with { Spec = rules[700].Spec with { For = "5m" } };
        var changed = RuleRenderer.Render(RuleCases.Of(rules), cache);
        changed.Shards.Zip(first.Shards).Count(pair => !ReferenceEquals(pair.First, pair.Second)).ShouldBe(1);
        (cache.ShardsWritten, cache.ResourcesRendered).ShouldBe((written + 1, rendered + 1));
        changed.Plan.Hash.ShouldNotBe(first.Plan.Hash);
    }

    [Fact]
    public void A_warm_cache_renders_what_a_cold_one_does()
    {
        var random = new Random(5);
        var cache = new RuleShardCache();
        var rules = new Dictionary<string, AlertRule>();
        for (var step = 0; step < 60; step++)
        {
            for (var i = 0; i < 20; i++)
            {
                var name = $"rule-{random.Next(300)}";
                _ =
                    random.Next(3) == 0
                        ? rules.Remove(name)
                        : (rules[name] = RuleCases.Rule(name, recordings: random.Next(3))) is null;
            }

            var warm = RuleRenderer.Render(RuleCases.Of(rules.Values), cache);
            var cold = RuleRenderer.Render(RuleCases.Of(rules.Values), new RuleShardCache());
            warm.Shards.Select(Text).ShouldBe(cold.Shards.Select(Text));
            warm.Plan.Rules.ShouldBe(cold.Plan.Rules);
            warm.Plan.Hash.ShouldBe(cold.Plan.Hash);
        }
    }

    [Fact]
    public void A_change_of_the_stacks_settings_renders_all_anew()
    {
        var cache = new RuleShardCache();
        var snapshot = RuleCases.Of([RuleCases.Rule("a")]);
        RuleRenderer.Render(snapshot, cache);
        var confined = snapshot with
        {
            Stack = snapshot.Stack with
            {
                Spec = snapshot.Stack.Spec with { Tenancy = new Tenancy { EnforceNamespaceLabel = "tenant" } },
            },
        };
        RuleRenderer.Render(confined, cache).Plan.Rules.Single().Query.ShouldBe("up{rule=\"a\",tenant=\"shop\"} == 0");
    }

    [Fact]
    public void A_full_stack_says_who_has_no_room()
    {
        // 40 KB each, in one namespace: groups of 256 KiB at most, 64 files of 512 KiB.
        var rules = Enumerable.Range(0, 1200).Select(i => Large(i, 40_000)).ToList();
        var render = RuleRenderer.Render(RuleCases.Of(rules), new RuleShardCache());

        render.Shards.Count.ShouldBe(64);
        render.Shards.ShouldAllBe(shard => Encoding.UTF8.GetByteCount(shard.Data!.Values.Single()) <= 512 * 1024);
        var errors = render.Problems.Where(problem => problem.IsError).ToList();
        errors.ShouldNotBeEmpty();
        errors.ShouldAllBe(problem => problem.Reason == "CapacityExceeded");
        render.Plan.Rules.Count.ShouldBe(rules.Count - errors.Count);
        var loaded = render.Plan.Rules.Select(rule => rule.Source.Key).ToHashSet();
        errors.ShouldAllBe(problem => !loaded.Contains(problem.Resource.Key));
        // Room is lost only where no whole group fits.
        loaded.Count.ShouldBeGreaterThan(64 * 512 * 1024 / 40_000 * 3 / 4);
    }

    [Fact]
    public void A_rule_larger_than_a_file_is_rejected_alone()
    {
        var huge = RuleCases.Rule("huge") with
        {
            Spec = new AlertRuleSpec
            {
                Expr = "up == 0",
                Recordings =
                [
                    .. Enumerable
                        .Range(0, 10)
                        .Select(i => new Recording { Name = "r", Expr = $"up # {new string('x', 60_000)}" }),
                ],
            },
        };
        var render = RuleRenderer.Render(RuleCases.Of([huge, RuleCases.Rule("small")]), new RuleShardCache());
        render.Problems.Where(problem => problem.IsError).ShouldHaveSingleItem().Resource.Key.Name.ShouldBe("huge");
        render.Plan.Rules.ShouldHaveSingleItem().Name.ShouldBe("Small");
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("a\nb\n c\n")]
    [InlineData("\u0001\u0002\"\\\u2028é😀\u0085")]
    [InlineData("\r\n\t\0")]
    public void The_size_bound_holds(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 500));
        var rule = RuleCases.Rule("r") with
        {
            Spec = new AlertRuleSpec
            {
                Expr = "up",
                Description = text,
                Labels = new Dictionary<string, string> { ["l"] = text },
            },
        };
        var render = RuleRenderer.Render(RuleCases.Of([rule]), new RuleShardCache());
        var fragment = new AlertRuleFragments(RuleEnvironment.Unknown).Render(rule);
        Encoding
            .UTF8.GetByteCount(render.Shards.Single().Data!.Values.Single())
            .ShouldBeLessThanOrEqualTo(new RuleGroup("shop/default", null, [fragment]).Bytes + 16);
    }

    private static AlertRule Large(int number, int size) =>
        RuleCases.Rule($"rule-{number}") with
        {
            Spec = new AlertRuleSpec { Expr = $"up == {number} # {new string('x', size)}" },
        };

    private static string Text(ConfigMap map) => Encoding.UTF8.GetString(map.ToUtf8Json());
}
