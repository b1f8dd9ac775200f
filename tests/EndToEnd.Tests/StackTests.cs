using Binnacle.Api;
using EndToEnd.Tests.Harness;
using Kubernetes.Models;

namespace EndToEnd.Tests;

/// <summary>A MonitoringStack itself: what it consists of, and what its spec can and cannot do.</summary>
public sealed class StackTests(ClusterFixture cluster, OwnStack own) : EndToEndTest(cluster), IClassFixture<OwnStack>
{
    [Fact]
    public async Task It_consists_of_what_its_status_says()
    {
        var stack = await own.Stack.ShouldAsync(StackManifests.IsReady);
        var status = stack.Now();
        status
            .Components.ShouldNotBeNull()
            .Select(component => component.Engine)
            .ShouldBe(["Prometheus", "Alertmanager", "Blackbox"], ignoreOrder: true);
        foreach (var component in status.Components)
        {
            component.Ready.ShouldBe("1/1");
            component.LoadedHash.ShouldBe(component.ConfigHash, component.Name);
        }

        status.Summary.ShouldNotBeNull().Components.ShouldBe("3/3");
        // The versions that run, whatever a distribution appends to them.
        status
            .Summary.Versions.ShouldNotBeNull()
            .ShouldMatch(@"^Prometheus 3\.5\.3.*, Alertmanager 0\.33\.1.*, Blackbox 0\.28\.0");
        status.History.ShouldNotBeNull()[0].Outcome.ShouldBe("Loaded");

        var services = await own.Stack.Home.ListAsync<Service>("app.kubernetes.io/managed-by=binnacle");
        Port("own-prometheus").ShouldBe(9090);
        Port("own-alertmanager").ShouldBe(9093);
        Port("own-blackbox-exporter").ShouldBe(9115);
        services.Count(service => service.Spec!.ClusterIP == "None").ShouldBe(2, "headless Services of StatefulSets");
        foreach (var set in await own.Stack.Home.ListAsync<StatefulSet>())
        {
            services.ShouldContain(service =>
                service.Metadata.Name == set.Spec!.ServiceName && service.Spec!.ClusterIP == "None"
            );
        }

        int? Port(string name) =>
            services.FirstOrDefault(service => service.Metadata.Name == name)?.Spec?.Ports is [var first, ..]
                ? first.Port
                : null;
    }

    [Fact]
    public async Task Its_pods_pass_the_restricted_pod_security_standard()
    {
        var pods = await own.Stack.Home.ListAsync<Pod>();
        pods.Count.ShouldBeGreaterThanOrEqualTo(3);
        foreach (var pod in pods)
        {
            RestrictedPods.Violations(pod.Spec!).ShouldBeEmpty(pod.Metadata.Name);
        }
    }

    [Fact]
    public async Task A_changed_channel_and_a_component_that_is_switched_off()
    {
        var stack = own.Stack;
        await stack.Home.ApplyAsync(
            stack.Manifest.Replace(
                "defaultChannels: [hook]",
                "defaultChannels: [hook]\n    inhibit: none",
                StringComparison.Ordinal
            )
        );
        await stack.ShouldAsync(StackManifests.IsReady);
        (await stack.Components.AlertmanagerConfigAsync()).ShouldNotContain("inhibit_rules");

        await stack.Home.ApplyAsync(
            stack.Manifest.Replace("  probes:\n", "  probes:\n    enabled: false\n", StringComparison.Ordinal)
        );
        await stack.ShouldAsync(value =>
        {
            StackManifests.IsReady(value);
            value.Now().Summary!.Components.ShouldBe("2/2");
        });
        (await stack.Components.AlertmanagerConfigAsync()).ShouldContain("inhibit_rules");
        await stack.Home.ShouldAllAsync<Deployment>(found => found.ShouldBeEmpty());
        await stack.Home.ShouldAllAsync<Service>(found =>
            found.ShouldNotContain(service => service.Metadata.Name!.Contains("blackbox"))
        );

        await stack.Home.ApplyAsync(stack.Manifest);
        await stack.ShouldAsync(value =>
        {
            StackManifests.IsReady(value);
            value.Now().Summary!.Components.ShouldBe("3/3");
        });
    }

    [Fact]
    public async Task What_somebody_else_removes_or_changes_comes_back()
    {
        var stack = own.Stack;
        await stack.ShouldAsync(StackManifests.IsReady);
        await stack.Home.DeleteAsync<Service>("own-prometheus");
        await stack.Home.ShouldAllAsync<Service>(found =>
            found.ShouldContain(service => service.Metadata.Name == "own-prometheus")
        );
        await stack.Home.ApplyAsync(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: own-prometheus}
            spec: {selector: {app.kubernetes.io/name: somebody-else}}
            """
        );
        await stack.Home.ShouldAsync<Service>(
            "own-prometheus",
            service => service.Spec!.Selector.ShouldNotBeNull()["app.kubernetes.io/name"].ShouldBe("prometheus")
        );
    }

    [Fact]
    public async Task Paused_it_changes_nothing()
    {
        var stack = own.Stack;
        await stack.ShouldAsync(StackManifests.IsReady);
        await stack.Home.ApplyAsync(stack.Manifest + "  paused: true\n");
        await stack.ShouldAsync(value => value.Now().Phase.ShouldBe(StackPhase.Paused));
        await stack.Home.ApplyAsync(AlertRuleTests.Rule("while-paused", "vector(1) > 2"));
        await stack.Home.ShouldAsync<AlertRule>(
            "while-paused",
            rule =>
            {
                rule.Now().Conditions.ShouldHold(ConditionTypes.Selected);
                rule.Now().Conditions!.First(c => c.Type == ConditionTypes.Loaded).Reason.ShouldBe("Paused");
            }
        );
        (await stack.Components.RuleAsync("WhilePaused")).ShouldBeNull();

        await stack.Home.ApplyAsync(stack.Manifest);
        await stack.Home.ShouldAsync<AlertRule>("while-paused", StackManifests.IsLoaded);
        await stack.ShouldAsync(StackManifests.IsReady);
        await stack.Home.DeleteAsync<AlertRule>("while-paused");
    }

    [Fact]
    public async Task A_spec_that_is_wrong_is_told_and_what_ran_goes_on()
    {
        var stack = own.Stack;
        await stack.Home.ApplyAsync(AlertRuleTests.Rule("before", "vector(1) > 2"));
        await stack.Home.ShouldAsync<AlertRule>("before", StackManifests.IsLoaded);
        var pods = (await stack.Home.ListAsync<Pod>()).Select(pod => pod.Metadata.Uid).Order().ToList();
        await stack.Home.ApplyAsync(
            stack.Manifest.Replace("defaultChannels: [hook]", "defaultChannels: [nobody]", StringComparison.Ordinal)
        );
        var wrong = await stack.ShouldAsync(value =>
            value.Now().Conditions.ShouldFail(ConditionTypes.Ready, ConditionReasons.Invalid)
        );
        var words = wrong.Status!.Conditions.ShouldFail(ConditionTypes.Ready).Message;
        Print(words);
        words.ShouldContain("spec.alerting.defaultChannels");
        words.ShouldContain("nobody");
        wrong.Status.Phase.ShouldBe(StackPhase.Degraded);
        (await stack.Components.RuleAsync("Before")).ShouldNotBeNull();
        (await stack.Home.ListAsync<Pod>()).Select(pod => pod.Metadata.Uid).Order().ShouldBe(pods);

        await stack.Home.ApplyAsync(stack.Manifest);
        await stack.ShouldAsync(StackManifests.IsReady);
        await stack.Home.DeleteAsync<AlertRule>("before");
    }

    [Fact]
    public async Task A_channel_whose_secret_is_missing_is_told_and_the_others_work()
    {
        var stack = own.Stack;
        await stack.Home.ApplyAsync(
            stack.Manifest.Replace(
                "      - {name: hook,",
                "      - {name: pager, pagerDuty: {routingKeyRef: {name: pager-key, key: key}}}\n      - {name: hook,",
                StringComparison.Ordinal
            )
        );
        var told = await stack.ShouldAsync(value => Told(value).ShouldContain("pager-key"));
        Print(Told(told));
        (await stack.Components.AlertmanagerConfigAsync()).ShouldContain("hook");
        await stack.Home.ApplyAsync(
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: pager-key}
            stringData: {key: r0ut1ng-k3y}
            """
        );
        await Eventually.ShouldAsync(
            _ => stack.Components.AlertmanagerConfigAsync(),
            config => config.ShouldContain("pagerduty_configs"),
            config => config,
            Cluster.Patience
        );
        (await stack.Components.AlertmanagerConfigAsync()).ShouldNotContain("r0ut1ng-k3y");
        await stack.Home.ApplyAsync(stack.Manifest);
        await stack.ShouldAsync(StackManifests.IsReady);

        static string Told(MonitoringStack stack) =>
            string.Join('\n', (stack.Now().Conditions ?? []).Select(condition => condition.Message));
    }
}
