using Kubernetes.Models;
using LocalCluster.Node;

namespace LocalCluster.Tests.Node;

/// <summary>A machine that allows no mount namespaces.</summary>
public sealed class UnsandboxedClusterFixture : ClusterFixture
{
    protected override SandboxMode Sandbox => SandboxMode.Off;
}

public sealed class WithoutSandboxTests(UnsandboxedClusterFixture cluster) : IClassFixture<UnsandboxedClusterFixture>
{
    [Fact]
    public async Task Paths_in_arguments_and_service_names_in_config_maps_are_rewritten()
    {
        cluster.Node.IsSandboxed.ShouldBeFalse();
        var ns = await cluster.NamespaceAsync();
        var service = await cluster.CreateAsync<Service>(
            ns,
            """{"metadata":{"name":"web"},"spec":{"ports":[{"port":80}]}}"""
        );
        await cluster.CreateAsync<ConfigMap>(
            ns,
            $$"""{"metadata":{"name":"m"},"data":{"main.yml":"http://web.{{ns}}.svc:80 rules/*.yml\n"} }"""
        );
        await cluster.CreateAsync<ConfigMap>(ns, """{"metadata":{"name":"r"},"data":{"a.yml":"a rule\n"}}""");
        await cluster.RunAsync(
            ns,
            "cat /etc/prog.d/config/main.yml /etc/prog.d/config/rules/a.yml; echo data >/data.d/x; cat /data.d/x; sleep 600",
            """
            "volumeMounts":[
              {"name":"config","mountPath":"/etc/prog.d/config"},
              {"name":"rules","mountPath":"/etc/prog.d/config/rules"},
              {"name":"data","mountPath":"/data.d"}],
            """,
            """
            "volumes":[{"name":"config","configMap":{"name":"m"}},{"name":"rules","configMap":{"name":"r"}},{"name":"data","emptyDir":{}}],
            """
        );
        var pod = await cluster.WaitAsync(ns, ClusterFixture.IsReady, "the pod to be ready");
        (await cluster.LogAsync(pod, "data")).ShouldBe(
            $"http://{service.Spec!.ClusterIP}:80 rules/*.yml\na rule\ndata\n"
        );
        Directory.Exists("/etc/prog.d").ShouldBeFalse();
        Directory.Exists("/data.d").ShouldBeFalse();
    }
}
