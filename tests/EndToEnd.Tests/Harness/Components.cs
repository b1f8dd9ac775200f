using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Models;

namespace EndToEnd.Tests.Harness;

/// <summary>Asks the components of a stack themselves: what the operator says of them is what is to be checked.</summary>
internal sealed class Components(ClusterFixture cluster, string @namespace, string stack)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(5),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The pods of a component that are not on their way out.</summary>
    public async Task<IReadOnlyList<Pod>> PodsAsync(string component) =>
        [
            .. (
                await cluster.Client.ListAsync<Pod>(
                    new ListRequest
                    {
                        Namespace = @namespace,
                        LabelSelector = $"app.kubernetes.io/name={component},app.kubernetes.io/instance={stack}",
                    },
                    Cancellation
                )
            ).Items.Where(pod => pod.Metadata.DeletionTimestamp is null),
        ];

    /// <summary>Rules that Prometheus runs, by name.</summary>
    public async Task<IReadOnlyList<JsonNode>> RulesAsync()
    {
        var answer = await PrometheusAsync("api/v1/rules");
        return [.. answer["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray())!];
    }

    /// <summary>The rule of that name; null when Prometheus has none.</summary>
    public async Task<JsonNode?> RuleAsync(string name) =>
        (await RulesAsync()).FirstOrDefault(rule => (string?)rule["name"] == name);

    /// <summary>Targets that Prometheus scrapes.</summary>
    public async Task<IReadOnlyList<JsonNode>> TargetsAsync() =>
        [.. (await PrometheusAsync("api/v1/targets?state=active"))["activeTargets"]!.AsArray()!];

    /// <summary>Samples of an instant query.</summary>
    public async Task<IReadOnlyList<JsonNode>> QueryAsync(string query) =>
        [.. (await PrometheusAsync($"api/v1/query?query={Uri.EscapeDataString(query)}"))["result"]!.AsArray()!];

    /// <summary>Addresses of the Alertmanagers that Prometheus notifies.</summary>
    public async Task<IReadOnlyList<string>> AlertmanagersAsync() =>
        [
            .. (await PrometheusAsync("api/v1/alertmanagers"))["activeAlertmanagers"]!
                .AsArray()
                .Select(alertmanager => (string)alertmanager!["url"]!),
        ];

    /// <summary>Configuration that Alertmanager runs with.</summary>
    public async Task<string> AlertmanagerConfigAsync() =>
        (string)(await JsonAsync("alertmanager", 9093, "api/v2/status"))["config"]!["original"]!;

    /// <summary>Configuration that the blackbox exporter runs with.</summary>
    public async Task<string> BlackboxConfigAsync() =>
        await Http.GetStringAsync(await AddressAsync("blackbox-exporter", 9115, "config"), Cancellation);

    /// <summary>Has Prometheus end by itself: its container ends, its pod stays.</summary>
    public async Task EndPrometheusAsync()
    {
        using var answer = await Http.PostAsync(
            await AddressAsync("prometheus", 9090, "-/quit"),
            content: null,
            Cancellation
        );
        answer.EnsureSuccessStatusCode();
    }

    private async Task<JsonNode> PrometheusAsync(string path) => (await JsonAsync("prometheus", 9090, path))["data"]!;

    private async Task<JsonNode> JsonAsync(string component, int port, string path)
    {
        var text = await Http.GetStringAsync(await AddressAsync(component, port, path), Cancellation);
        return JsonNode.Parse(text)!;
    }

    private async Task<Uri> AddressAsync(string component, int port, string path)
    {
        var pod = (await PodsAsync(component)).FirstOrDefault(candidate => candidate.Status?.PodIP is not null);
        pod.ShouldNotBeNull($"no pod of {component} has an address");
        return new Uri($"http://{pod.Status!.PodIP}:{port}/{path}");
    }
}
