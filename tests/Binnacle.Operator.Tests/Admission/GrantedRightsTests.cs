using Binnacle.Api;
using Binnacle.Operator.Admission;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Rendering;
using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Models;

namespace Binnacle.Operator.Tests.Admission;

/// <summary>What requesters are asked for is what is rendered.</summary>
public sealed class GrantedRightsTests
{
    private static readonly string[] Namespaces = ["shop", "bank", "monitoring", "spare"];

    [Fact]
    [Trait("Guarantee", "V35")]
    public void The_rights_are_those_of_the_rendered_Roles_whatever_the_stack_takes()
    {
        var selector = Gen.Elements<LabelSelector?>(
            null,
            new LabelSelector(),
            new LabelSelector { MatchLabels = Make.Labels(("team", "bank")) },
            new LabelSelector
            {
                MatchExpressions = [new LabelSelectorRequirement { Key = "team", Operator = "Exists" }],
            },
            new LabelSelector
            {
                MatchExpressions =
                [
                    new LabelSelectorRequirement
                    {
                        Key = "team",
                        Operator = "NotIn",
                        Values = ["shop"],
                    },
                ],
            }
        );
        var targets = Gen.Zip(selector, ArbMap.Default.GeneratorFor<bool>())
            .ListOf()
            .Select(list => list.Take(4).ToList());
        var flags = Gen.Zip(ArbMap.Default.GeneratorFor<bool>(), ArbMap.Default.GeneratorFor<bool>());
        Check.QuickThrowOnFailure(Prop.ForAll(targets.ToArbitrary(), flags.ToArbitrary(), Holds));
    }

    private static void Holds(List<(LabelSelector? Selector, bool Pods)> targets, (bool Slices, bool Alerting) flags)
    {
        var snapshot = new StackSnapshot
        {
            Stack = Make.Stack(new MonitoringStackSpec { Alerting = new AlertingSpec { Enabled = flags.Alerting } }),
            Cluster = new ClusterFacts { HasEndpointSlices = flags.Slices },
            Namespaces = [.. Namespaces.Select(name => new NamespaceFacts(name, Make.Labels(("team", name))))],
            ScrapeTargets =
            [
                .. targets.Select(
                    (target, i) =>
                        new ScrapeTarget
                        {
                            Metadata = Make.Meta($"t{i}"),
                            Spec = target.Pods
                                ? new ScrapeTargetSpec { Pods = new PodTargets { NamespaceSelector = target.Selector } }
                                : new ScrapeTargetSpec
                                {
                                    Services = new ServiceTargets { NamespaceSelector = target.Selector },
                                },
                        }
                ),
            ],
        };
        var rendered = RequiredRight.Of(StackAccess.In(new StackRenderer().Render(snapshot).Objects));
        var asked = RequiredRight.Of(StackAccess.Of(snapshot));
        asked.Where(right => right.Namespace is not null).ShouldBe(rendered, ignoreOrder: true);
        var isOpen = targets.Any(target =>
            target.Selector is { MatchLabels: null } selector
            && (selector.MatchExpressions ?? []).All(expression => expression.Operator == "NotIn")
        );
        asked.Any(right => right.Namespace is null).ShouldBe(isOpen);
    }
}
