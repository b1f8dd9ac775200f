using System.Text.Json;
using Kubernetes.Models;
using Testing;

namespace LocalCluster.Tests.Node;

/// <summary>The programs that the node is made for, as their images are used; where this machine has them.</summary>
public sealed class RealProgramTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Theory]
    [InlineData("prometheus", "quay.io/prometheus/prometheus:v3.5.3", 9090, "global: {scrape_interval: 5s}")]
    [InlineData(
        "alertmanager",
        "quay.io/prometheus/alertmanager:v0.33.1",
        9093,
        "{route: {receiver: x}, receivers: [{name: x}]}"
    )]
    [InlineData(
        "blackbox_exporter",
        "quay.io/prometheus/blackbox-exporter:v0.28.0",
        9115,
        "modules: {http: {prober: http}}"
    )]
    public async Task Becomes_ready_on_its_own_address(string program, string image, int port, string config)
    {
        Assert.SkipWhen(Tools.Find(program) is null, $"this machine has no {program}");
        Assert.SkipUnless(cluster.Node.IsSandboxed, "needs a mount namespace");
        var ns = await cluster.NamespaceAsync();
        var text = JsonSerializer.Serialize(config, StringContext.Default.String);
        await cluster.CreateAsync<ConfigMap>(ns, $$"""{"metadata":{"name":"m"},"data":{"config.yml":{{text}} } }""");
        await cluster.CreateAsync<Pod>(
            ns,
            $$"""
            {"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"{{image}}",
              "args":["--config.file=/etc/{{program}}.d/config.yml"],"ports":[{"name":"web","containerPort":{{port}} }],
              "readinessProbe":{"httpGet":{"path":"/metrics","port":"web"},"periodSeconds":2},
              "volumeMounts":[{"name":"v","mountPath":"/etc/{{program}}.d"}]}],
              "volumes":[{"name":"v","configMap":{"name":"m"} }]} }
            """
        );
        var pod = await cluster.WaitAsync(ns, ClusterFixture.IsReady, $"{program} to be ready");
        pod.Status!.ContainerStatuses![0].RestartCount.ShouldBe(0);
        using var http = new HttpClient();
        var metrics = new Uri($"http://{pod.Status.PodIP}:{port}/metrics");
        (await http.GetStringAsync(metrics, TestContext.Current.CancellationToken)).ShouldContain(
            "process_start_time_seconds"
        );
    }
}
