using Binnacle.CrdGen.Rbac;
using Kubernetes.Models;

namespace Binnacle.CrdGen.Tests;

public sealed class OperatorRbacTests
{
    private static readonly IReadOnlyList<PolicyRule> Rules = OperatorRbac.ClusterRole.Rules!;

    [Trait("Guarantee", "G10")]
    [Fact]
    public void Nothing_is_granted_by_a_wildcard_and_nobody_can_raise_their_own_rights()
    {
        foreach (var rule in Rules)
        {
            rule.ApiGroups!.ShouldNotContain("*");
            rule.Resources!.ShouldNotContain("*");
            rule.Verbs!.ShouldNotContain("*");
            rule.Verbs!.Intersect(["escalate", "bind", "impersonate", "deletecollection"]).ShouldBeEmpty();
        }
    }

    /// <summary>The server refuses a Role that grants more than its author has; Prometheus discovers targets with these.</summary>
    [Theory]
    [InlineData("", "services")]
    [InlineData("", "endpoints")]
    [InlineData("", "pods")]
    [InlineData("discovery.k8s.io", "endpointslices")]
    public void The_operator_holds_what_it_grants(string group, string resource)
    {
        foreach (var verb in new[] { "get", "list", "watch" })
        {
            May(verb, group, resource).ShouldBeTrue(verb);
        }
    }

    [Theory]
    [InlineData("patch", "binnacle.dev", "alertrules/status", true)]
    [InlineData("patch", "binnacle.dev", "alertrules", false)]
    [InlineData("delete", "binnacle.dev", "monitoringstacks", false)]
    [InlineData("patch", "binnacle.dev", "monitoringstacks", true)]
    [InlineData("patch", "", "pods", true)]
    [InlineData("delete", "", "pods", false)]
    [InlineData("create", "", "namespaces", false)]
    [InlineData("create", "rbac.authorization.k8s.io", "clusterroles", false)]
    public void Users_objects_are_theirs(string verb, string group, string resource, bool allowed) =>
        May(verb, group, resource).ShouldBe(allowed);

    private static bool May(string verb, string group, string resource) =>
        Rules.Any(rule =>
            rule.Verbs!.Contains(verb) && rule.ApiGroups!.Contains(group) && rule.Resources!.Contains(resource)
        );
}
