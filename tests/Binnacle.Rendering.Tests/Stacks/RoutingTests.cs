using System.Collections.Immutable;
using Binnacle.Api;
using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Models;

namespace Binnacle.Rendering.Tests.Stacks;

/// <summary>What a rule's status says about its receivers is what Alertmanager does.</summary>
public sealed class RoutingTests
{
    private static readonly string[] ChannelNames = ["a", "b", "c", "d"];
    private static readonly string[] Matchers =
    [
        "team=\"x\"",
        "team!=\"x\"",
        "team=~\"x|y\"",
        "team!~\"y.*\"",
        "team=\"\"",
        "cluster=\"eu\"",
        "{alertname=\"R1\",team=~\".+\"}",
    ];

    [Theory]
    [InlineData("team=\"x\"", "b", "c,b")]
    [InlineData("team=\"y\"", "b", "c,d")]
    [InlineData("cluster=~\"eu|us\"", "b", "c,b")]
    [InlineData("severity=\"critical\"", "b", "c,d")]
    public async Task Rule_channels_add_to_the_first_route_that_matches(string matcher, string channel, string expected)
    {
        var snapshot = Snapshot(
            [new Route { Matchers = [matcher], Channels = [channel] }],
            ["d"],
            [Rule(1, Severity.Warning, "x", ["c"])]
        );
        await ShouldAgreeAsync(snapshot);
        string.Join(',', new StackRenderer().Render(snapshot).Notifications.Values.Single().Channels)
            .ShouldBe(expected);
    }

    [Fact]
    public void A_renderer_that_has_seen_other_rules_says_the_same()
    {
        var route = new Route { Matchers = ["team=\"x\""], Channels = ["b"] };
        var renderer = new StackRenderer();
        AlertRule[][] steps =
        [
            [Rule(1, Severity.Warning, "x", []), Rule(2, Severity.Warning, "y", [], 1)],
            [Rule(1, Severity.Warning, "y", []), Rule(2, Severity.Warning, "y", [], 1)],
            [Rule(1, Severity.Warning, "y", ["c"]), Rule(2, Severity.Warning, "y", [], 1)],
            [Rule(2, Severity.Warning, "x", [], 1)],
            [Rule(2, Severity.Warning, "x", [], 1), Rule(3, Severity.Info, "x", [], 2)],
            [],
        ];
        var before = Snapshot([route], ["d"], []);
        foreach (var rules in steps)
        {
            // The stack stays the same instance; so do the rules of one step in the next where they are equal.
            before = before with
            {
                AlertRules = rules,
            };
            var seen = renderer.Render(before).Notifications;
            var fresh = new StackRenderer().Render(before).Notifications;
            seen.Keys.ShouldBe(fresh.Keys, ignoreOrder: true);
            foreach (var (key, plan) in fresh)
            {
                (seen[key].Route, string.Join(',', seen[key].Channels)).ShouldBe(
                    (plan.Route, string.Join(',', plan.Channels))
                );
            }
        }
    }

    [Fact]
    public async Task Random_trees_agree()
    {
        var rule =
            from number in Gen.Choose(0, 1)
            from severity in Gen.Elements(Enum.GetValues<Severity>())
            from team in Gen.Elements<string?>(null, "x", "y", "quo\"te\\d")
            from channels in Some(ChannelNames, 0, 2)
            select (number, severity, team, channels);
        var route =
            from severities in Some(Enum.GetValues<Severity>(), 0, 2)
            from matchers in Some(Matchers, 0, 2)
            from channels in Some(ChannelNames, 1, 3)
            select new Route
            {
                Severities = severities,
                Matchers = matchers,
                Channels = channels,
            };
        var snapshots =
            from routes in Gen.ListOf(route, 3)
            from defaults in Some(ChannelNames, 0, 2)
            from rules in Gen.ListOf(rule, 4)
            select Snapshot(
                [.. routes],
                defaults,
                [.. rules.Select((r, i) => Rule(r.number, r.severity, r.team, r.channels, i))]
            );
        foreach (var snapshot in snapshots.Sample(12))
        {
            await ShouldAgreeAsync(snapshot);
        }
    }

    private static async Task ShouldAgreeAsync(StackSnapshot snapshot)
    {
        var amtool = RealProgram.Require("amtool");
        var state = new StackRenderer().Render(snapshot);
        using var folder = new TemporaryFolder();
        var file = await folder.WriteAsync("alertmanager.yml", state.TextOf("alertmanager.yml")!);
        foreach (var rule in snapshot.AlertRules)
        {
            string[] labels =
            [
                $"alertname={rule.Spec.Alert}",
                .. rule.Spec.Labels.Select(label => $"{label.Key}={Escaped(label.Value)}"),
                rule.Spec.Severity == Severity.None ? "a=b" : $"severity={rule.Spec.Severity}".ToLowerInvariant(),
                "cluster=eu",
            ];
            var output = await RealProgram.RunAsync(
                amtool,
                ["config", "routes", "test", $"--config.file={file}", .. labels]
            );
            var told = output.Trim().Split(',').Distinct().Where(name => name != "nobody");
            state
                .Notifications[rule.Key]
                .Channels.ShouldBe(told, ignoreOrder: true, $"{string.Join(' ', labels)}\n{File.ReadAllText(file)}");
        }
    }

    // amtool reads the value as the right side of a matcher.
    private static string Escaped(string value) => $"\"{value.Replace(@"\", @"\\").Replace("\"", "\\\"")}\"";

    private static Gen<ImmutableArray<T>> Some<T>(T[] all, int least, int most) =>
        from count in Gen.Choose(least, most)
        from shuffled in Gen.Shuffle(all)
        select shuffled.Take(count).ToImmutableArray();

    private static AlertRule Rule(
        int number,
        Severity severity,
        string? team,
        IReadOnlyList<string> channels,
        int index = 0
    ) =>
        new()
        {
            Metadata = new ObjectMeta { Name = $"r{index}", Namespace = "shop" },
            Spec = new AlertRuleSpec
            {
                Alert = $"R{number}",
                Expr = "up == 0",
                Severity = severity,
                Channels = channels,
                Labels = team is null
                    ? ImmutableDictionary<string, string>.Empty
                    : new Dictionary<string, string> { ["team"] = team },
            },
        };

    private static StackSnapshot Snapshot(
        IReadOnlyList<Route> routes,
        IReadOnlyList<string> defaults,
        IReadOnlyList<AlertRule> rules
    ) =>
        new()
        {
            Stack = new MonitoringStack
            {
                Metadata = new ObjectMeta { Name = "main", Namespace = "monitoring" },
                Spec = new MonitoringStackSpec
                {
                    Metrics = new MetricsSpec
                    {
                        ExternalLabels = new Dictionary<string, string> { ["cluster"] = "eu" },
                    },
                    Alerting = new AlertingSpec
                    {
                        Routes = routes,
                        DefaultChannels = defaults,
                        Channels =
                        [
                            .. ChannelNames.Select(name => new Channel
                            {
                                Name = name,
                                Webhook = new WebhookChannel { Url = $"http://receiver/{name}" },
                            }),
                        ],
                    },
                },
            },
            AlertRules = rules,
        };
}
