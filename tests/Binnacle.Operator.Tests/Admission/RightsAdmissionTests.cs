using System.Collections.Concurrent;
using System.Text.Json;
using Binnacle.Api;
using Binnacle.Operator.Admission;
using Binnacle.Operator.Tests.Fakes;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Webhooks;

namespace Binnacle.Operator.Tests.Admission;

/// <summary>
/// Shop and bank are namespaces of teams; a stack in monitoring takes everything. Jane has what a test gives her.
/// </summary>
public sealed class RightsAdmissionTests : IDisposable
{
    private const string Discovers = "{services: {selector: {}}}";
    private const string Bank = "{services: {selector: {}, namespaceSelector: {matchLabels: {team: bank}}}}";
    private const string Everything = "{services: {selector: {}, namespaceSelector: {}}}";
    private const string NotShop =
        "{pods: {selector: {}, namespaceSelector: {matchExpressions: [{key: team, operator: NotIn, values: [shop]}]}}}";

    private readonly Harness _harness = new();
    private readonly ConcurrentBag<SubjectAccessReview> _asked = [];
    private readonly HashSet<string> _readable = [];
    private Exception? _fault;

    public RightsAdmissionTests()
    {
        foreach (var team in new[] { "shop", "bank" })
        {
            _harness.World.Namespaces.Set(
                new Namespace
                {
                    Metadata = new ObjectMeta { Name = team, Labels = Make.Labels(("team", team)) },
                }
            );
        }

        _harness.World.Namespaces.Set(new Namespace { Metadata = new ObjectMeta { Name = "monitoring" } });
        _harness.Client.Answer = request =>
        {
            if (request.Kind != "SubjectAccessReview")
            {
                return null;
            }

            if (_fault is not null)
            {
                throw _fault;
            }

            var review = JsonSerializer.Deserialize(request.Body.Span, SubjectAccessReview.JsonTypeInfo)!;
            _asked.Add(review);
            var where = review.Spec!.ResourceAttributes!.Namespace;
            return review with
            {
                Status = new SubjectAccessReviewStatus
                {
                    Allowed = _readable.Contains("*") || _readable.Contains(where ?? ""),
                },
            };
        };
    }

    public void Dispose() => _harness.Dispose();

    [Theory]
    [InlineData(Discovers, "shop", true)]
    [InlineData(Discovers, "bank", false)]
    [InlineData(Bank, "bank", true)]
    [InlineData(Bank, "shop", false)]
    [InlineData(Bank, "*", true)]
    [InlineData(Everything, "shop,bank,monitoring", false)]
    [InlineData(Everything, "*", true)]
    [InlineData(NotShop, "bank,monitoring", false)]
    [InlineData("{static: {targets: ['a:1']}}", "", true)]
    [Trait("Guarantee", "V30")]
    public async Task Who_writes_a_target_must_have_what_it_gives(string spec, string readable, bool allowed)
    {
        _harness.World.Stacks.Set(Make.Stack());
        Grant(readable);
        (await ReviewAsync(Requests.Of("ScrapeTarget", spec))).Allowed.ShouldBe(allowed);
    }

    [Theory]
    [InlineData("{type: HTTP, services: {selector: {}}}", "shop", true)]
    [InlineData("{type: HTTP, services: {selector: {}, namespaces: [bank]}}", "shop", false)]
    [InlineData("{type: HTTP, services: {selector: {}, namespaces: [bank]}}", "bank", true)]
    [InlineData("{type: HTTP, targets: ['http://a/']}", "", true)]
    [Trait("Guarantee", "V30")]
    public async Task Who_writes_a_probe_must_have_what_it_gives(string spec, string readable, bool allowed)
    {
        _harness.World.Stacks.Set(Make.Stack());
        Grant(readable);
        (await ReviewAsync(Requests.Of("HealthProbe", spec))).Allowed.ShouldBe(allowed);
    }

    [Theory]
    [InlineData("{}", "shop", false)]
    [InlineData("{}", "shop,bank", true)]
    [InlineData("{namespaceSelector: {matchLabels: {team: none}}}", "shop", true)]
    [InlineData("{namespaceSelector: {matchLabels: {team: none}}, alerting: {enabled: false}}", "", true)]
    [InlineData("{tenancy: {enforceNamespaceLabel: namespace}}", "shop", true)]
    [InlineData("{tenancy: {enforceNamespaceLabel: namespace}}", "bank", false)]
    [Trait("Guarantee", "V30")]
    public async Task Who_writes_a_stack_must_have_what_all_it_takes_gives(string spec, string readable, bool allowed)
    {
        Take(Bank);
        Grant(readable);
        (await ReviewAsync(Requests.Of("MonitoringStack", spec))).Allowed.ShouldBe(allowed);
    }

    [Fact]
    [Trait("Guarantee", "V31")]
    public async Task An_update_is_asked_about_only_what_it_widens()
    {
        _harness.World.Stacks.Set(Make.Stack());
        (await ReviewAsync(Requests.Of("ScrapeTarget", Bank, Bank))).Allowed.ShouldBeTrue();
        (
            await ReviewAsync(Requests.Of("ScrapeTarget", "{services: {selector: {matchLabels: {a: b}}}}", Discovers))
        ).Allowed.ShouldBeTrue();
        (await ReviewAsync(Requests.Of("ScrapeTarget", Discovers, Everything))).Allowed.ShouldBeTrue();
        _asked.ShouldBeEmpty();

        (await ReviewAsync(Requests.Of("ScrapeTarget", Bank, Discovers))).Allowed.ShouldBeFalse();
        _asked.ShouldAllBe(review => review.Spec!.ResourceAttributes!.Namespace != "shop");
        Take(Bank);
        const string Paused = "{paused: true, namespaceSelector: {matchLabels: {team: none}}}";
        (
            await ReviewAsync(Requests.Of("MonitoringStack", Paused.Replace("true", "false"), Paused))
        ).Allowed.ShouldBeTrue();
        (await ReviewAsync(Requests.Of("MonitoringStack", "{paused: true}", Paused))).Allowed.ShouldBeFalse();
    }

    [Fact]
    [Trait("Guarantee", "V31")]
    public async Task A_label_that_makes_a_stack_take_a_target_widens_too()
    {
        _harness.World.Stacks.Set(
            Make.Stack(
                new MonitoringStackSpec
                {
                    ResourceSelector = new LabelSelector { MatchLabels = Make.Labels(("a", "b")) },
                }
            )
        );
        const string Plain = "{name: thing, namespace: shop}";
        const string Labelled = "{name: thing, namespace: shop, labels: {a: b}}";
        (await ReviewAsync(Requests.Of("ScrapeTarget", Bank, Bank, Plain, Plain))).Allowed.ShouldBeTrue();
        (await ReviewAsync(Requests.Of("ScrapeTarget", Bank, Bank, Labelled, Plain))).Allowed.ShouldBeFalse();
        (await ReviewAsync(Requests.Of("ScrapeTarget", Bank, Bank, Plain, Labelled))).Allowed.ShouldBeTrue();
    }

    [Fact]
    [Trait("Guarantee", "V32")]
    public async Task The_question_is_asked_for_the_requester_as_the_API_server_knows_him()
    {
        _harness.World.Stacks.Set(Make.Stack());
        await ReviewAsync(Requests.Of("ScrapeTarget", Bank));
        _asked.ShouldNotBeEmpty();
        foreach (var review in _asked)
        {
            review.Spec!.User.ShouldBe("jane");
            review.Spec.Groups.ShouldBe(["system:authenticated", "shop-team"]);
            review.Spec.Extra!["scopes"].ShouldBe(["all"]);
        }

        var rights = _asked
            .Select(review => review.Spec!.ResourceAttributes!)
            .Where(asked => asked.Namespace == "bank")
            .Select(asked => $"{asked.Verb} {asked.Resource}.{asked.Group}");
        rights.ShouldBe(
            from verb in new[] { "get", "list", "watch" }
            from resource in new[] { "services.", "pods.", "endpointslices.discovery.k8s.io" }
            select $"{verb} {resource}",
            ignoreOrder: true
        );
    }

    [Fact]
    [Trait("Guarantee", "V32")]
    public async Task A_refusal_names_what_the_requester_lacks()
    {
        _harness.World.Stacks.Set(Make.Stack());
        var verdict = await ReviewAsync(Requests.Of("ScrapeTarget", Bank));
        verdict.Code.ShouldBe(403);
        verdict.Reason.ShouldBe("Forbidden");
        verdict.Message.ShouldBe(
            "user \"jane\" cannot give a stack's Prometheus rights that the user does not have: "
                + "get, list, watch pods, services, endpointslices.discovery.k8s.io in namespace bank"
        );
        (await ReviewAsync(Requests.Of("ScrapeTarget", Everything))).Message!.ShouldEndWith(
            "get, list, watch pods, services, endpointslices.discovery.k8s.io in all namespaces"
        );
    }

    [Fact]
    [Trait("Guarantee", "V33")]
    public async Task When_nobody_can_say_the_answer_is_not_yes()
    {
        _harness.World.Stacks.Set(Make.Stack());
        _fault = new KubernetesApiException(KubernetesErrorKind.Forbidden, "may not ask", 403);
        await Should.ThrowAsync<KubernetesApiException>(() => ReviewAsync(Requests.Of("ScrapeTarget", Bank)));
        var nobody = Requests.Of("ScrapeTarget", Bank) with { UserInfo = null };
        (await ReviewAsync(nobody)).Allowed.ShouldBeFalse();
    }

    private async Task<AdmissionVerdict> ReviewAsync(AdmissionRequest request)
    {
        var rights = new RightsAdmission(_harness.World, new AccessReviewer(_harness.Client));
        return AdmissionObjects.Read(request, out var verdict) is { } objects
            ? await rights.DecideAsync(request, objects, TestContext.Current.CancellationToken)
            : verdict;
    }

    private void Grant(string readable) =>
        _readable.UnionWith(readable.Split(',', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>A target of shop that is there already.</summary>
    private void Take(string spec) =>
        _harness.World.ScrapeTargetStore.Set(
            (ScrapeTarget)AdmissionObjects.Read(Requests.Of("ScrapeTarget", spec), out _)!.New
        );
}
