using System.Text.Json.Nodes;
using Kubernetes.Client;

namespace LocalCluster.Tests.ApiServer;

/// <summary>What this server does not do: the whole list, each with a clear answer.</summary>
public sealed class RefusedPathsTests : IAsyncLifetime
{
    private readonly CancellationTokenSource deadline = new(TimeSpan.FromMinutes(1));
    private LocalClusterHost cluster = null!;
    private KubernetesClient client = null!;

    public async ValueTask InitializeAsync()
    {
        cluster = await LocalClusterHost.StartAsync(new(), deadline.Token);
        client = new(KubernetesClientConfiguration.Load(cluster.KubeconfigPath));
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await cluster.DisposeAsync();
        deadline.Dispose();
    }

    [Theory, Trait("Guarantee", "S19")]
    [InlineData("POST", "/api/v1/namespaces/default/pods/p/exec", 501)]
    [InlineData("GET", "/api/v1/namespaces/default/pods/p/exec?command=ls", 501)]
    [InlineData("POST", "/api/v1/namespaces/default/pods/p/attach", 501)]
    [InlineData("POST", "/api/v1/namespaces/default/pods/p/portforward", 501)]
    [InlineData("GET", "/api/v1/namespaces/default/services/s/proxy", 501)]
    [InlineData("GET", "/api/v1/nodes/n/proxy", 501)]
    [InlineData("GET", "/api/v1/nodes/n/proxy/metrics", 501)]
    [InlineData("PATCH", "/api/v1/namespaces/default/pods/p/ephemeralcontainers", 501)]
    [InlineData("PATCH", "/api/v1/namespaces/default/pods/p/resize", 501)]
    [InlineData("GET", "/api/v1/namespaces/default/pods/p/nonsense", 404)]
    [InlineData("GET", "/api/v1/namespaces/default/replicationcontrollers", 404)]
    [InlineData("GET", "/api/v1/namespaces/default/limitranges", 404)]
    [InlineData("GET", "/api/v1/componentstatuses", 404)]
    [InlineData("GET", "/apis/batch/v1/namespaces/default/cronjobs", 404)]
    [InlineData("GET", "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers", 404)]
    [InlineData("GET", "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies", 404)]
    [InlineData("GET", "/apis/apiregistration.k8s.io/v1/apiservices", 404)]
    [InlineData("GET", "/apis/certificates.k8s.io/v1/certificatesigningrequests", 404)]
    [InlineData("GET", "/apis/metrics.k8s.io/v1beta1/nodes", 404)]
    [InlineData("PUT", "/api/v1/namespaces/default/configmaps", 405)]
    public async Task Answers_with_a_status(string method, string path, int code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        if (method != "GET")
        {
            request.Content = new StringContent(
                "{}",
                System.Text.Encoding.UTF8,
                method == "PATCH" ? "application/merge-patch+json" : "application/json"
            );
        }

        using var response = await client.SendAsync(request, deadline.Token);
        var status = JsonNode.Parse(await response.Content.ReadAsStringAsync(deadline.Token))!;
        ((int)response.StatusCode).ShouldBe(code, status.ToJsonString());
        status["kind"]!.GetValue<string>().ShouldBe("Status");
        status["code"]!.GetValue<int>().ShouldBe(code);
        status["status"]!.GetValue<string>().ShouldBe("Failure");
        status["message"]!.GetValue<string>().ShouldNotBeEmpty();
        status["reason"]!.GetValue<string>().ShouldNotBeEmpty();
    }
}
