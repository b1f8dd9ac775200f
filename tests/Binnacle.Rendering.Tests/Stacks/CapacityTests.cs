using System.Text;
using Binnacle.Api;
using Binnacle.Rendering.Common;
using Kubernetes.Models;

namespace Binnacle.Rendering.Tests.Stacks;

/// <summary>What the API server would refuse as too large is left out by name, and the rest goes on.</summary>
public sealed class CapacityTests
{
    private static readonly MonitoringStack Stack = StackCase.Read("minimal").Stack;

    [Fact]
    public void A_scrape_configuration_of_more_than_a_ConfigMap_takes()
    {
        var labels = Enumerable.Range(0, 60).ToDictionary(i => $"label_{i}", _ => new string('x', 1000));
        var state = Render(
            new StackSnapshot
            {
                Stack = Stack,
                ScrapeTargets = [.. Enumerable.Range(0, 20).Select(i => Target($"t{i:00}", labels))],
            }
        );
        Encoding.UTF8.GetByteCount(state.TextOf("prometheus.yml")!).ShouldBeLessThan(1024 * 1024);
        var left = state.Problems.Where(problem => problem.Reason == "CapacityExceeded").ToList();
        left.ShouldAllBe(problem => problem.IsError);
        left.Select(problem => problem.Resource.Key.Name)
            .ShouldBe(Enumerable.Range(20 - left.Count, left.Count).Select(i => $"t{i:00}"));
        state.ScrapePools.Count.ShouldBe(20 - left.Count);
        left.Count.ShouldBeInRange(1, 10);
        state.TextOf("prometheus.yml")!.ShouldContain("target/shop/t00");
    }

    [Fact]
    public void Modules_of_more_than_a_ConfigMap_takes()
    {
        var state = Render(
            new StackSnapshot
            {
                Stack = Stack,
                HealthProbes =
                [
                    .. Enumerable
                        .Range(0, 20)
                        .Select(i => new HealthProbe
                        {
                            Metadata = new ObjectMeta { Name = $"p{i:00}", Namespace = "shop" },
                            Spec = new HealthProbeSpec
                            {
                                Type = ProbeType.Http,
                                Targets = ["http://shop"],
                                Http = new HttpProbe { Body = new string((char)('a' + i), 65_000) },
                            },
                        }),
                ],
            }
        );
        Encoding.UTF8.GetByteCount(state.TextOf("blackbox.yml")!).ShouldBeLessThan(1024 * 1024);
        state.Problems.Count.ShouldBe(5);
        state.ScrapePools.Count.ShouldBe(15);
    }

    [Fact]
    public void Credentials_of_more_than_a_Secret_takes()
    {
        var secrets = Enumerable
            .Range(0, 3)
            .ToDictionary(i => new ContentKey("shop", $"s{i}", "token"), _ => new byte[400_000]);
        var state = Render(
            new StackSnapshot
            {
                Stack = Stack,
                References = new ReferencedContent(secrets, new Dictionary<ContentKey, string>()),
                ScrapeTargets = [.. Enumerable.Range(0, 3).Select(i => WithToken(Target($"t{i}"), $"s{i}"))],
            }
        );
        state.Credentials("prometheus").Keys.ShouldBe(["shop_s0_token", "shop_s1_token"]);
        state.Problems.ShouldHaveSingleItem().Resource.Key.Name.ShouldBe("t2");
    }

    [Fact]
    public void Channels_of_more_rules_than_a_Secret_takes()
    {
        var alerting = new AlertingSpec
        {
            Channels =
            [
                new Channel
                {
                    Name = "hook",
                    Webhook = new WebhookChannel { Url = "http://hook" },
                },
            ],
        };
        var state = Render(
            new StackSnapshot
            {
                Stack = Stack with { Spec = Stack.Spec with { Alerting = alerting } },
                AlertRules =
                [
                    .. Enumerable
                        .Range(0, 6000)
                        .Select(i => new AlertRule
                        {
                            Metadata = new ObjectMeta { Name = $"rule-{i:0000}", Namespace = "shop" },
                            Spec = new AlertRuleSpec { Expr = "up == 0", Channels = ["hook"] },
                        }),
                ],
            }
        );
        Encoding.UTF8.GetByteCount(state.TextOf("alertmanager.yml")!).ShouldBeLessThan(ObjectNames.MaxContentBytes);
        var left = state.Problems.Where(problem => problem.Reason == "CapacityExceeded").ToList();
        left.Count.ShouldBeInRange(1, 3000);
        left.ShouldAllBe(problem => !problem.IsError && state.Notifications[problem.Resource.Key].Channels.Count == 0);
    }

    [Fact]
    public void A_credential_whose_name_is_longer_than_a_key_may_be()
    {
        var key = new ContentKey("shop", new string('s', 200), new string('k', 200));
        var target = WithToken(Target("long"), key.Name, key.Key);
        var state = Render(
            new StackSnapshot
            {
                Stack = Stack,
                References = new ReferencedContent(
                    new Dictionary<ContentKey, byte[]> { [key] = [1] },
                    new Dictionary<ContentKey, string>()
                ),
                ScrapeTargets = [target],
            }
        );
        var file = state.Credentials("prometheus").Keys.ShouldHaveSingleItem();
        file.Length.ShouldBeLessThan(254);
        state.TextOf("prometheus.yml")!.ShouldContain($"/etc/prometheus/secrets/{file}\n");
    }

    private static DesiredState Render(StackSnapshot snapshot) => new StackRenderer().Render(snapshot);

    private static ScrapeTarget Target(string name, IReadOnlyDictionary<string, string>? labels = null) =>
        new()
        {
            Metadata = new ObjectMeta { Name = name, Namespace = "shop" },
            Spec = new ScrapeTargetSpec
            {
                Static = new StaticTargets { Targets = ["db:9187"] },
                Labels = labels ?? new Dictionary<string, string>(),
            },
        };

    private static ScrapeTarget WithToken(ScrapeTarget target, string secret, string key = "token") =>
        target with
        {
            Spec = target.Spec with
            {
                Authorization = new TargetAuthorization
                {
                    BearerTokenRef = new SecretKeyRef { Name = secret, Key = key },
                },
            },
        };
}
