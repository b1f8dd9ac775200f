using System.Text.Json.Nodes;

namespace Conformance.Tests.Support;

/// <summary>Installs webhooks that see the test's namespace alone, and takes them away again.</summary>
public sealed class Hooks(Api api) : IAsyncDisposable
{
    private const string Base = "/apis/admissionregistration.k8s.io/v1";

    private readonly List<string> installed = [];
    private int count;

    /// <summary>The name of the webhook at a path.</summary>
    public string Name(string path) => $"{path.Trim('/')}.{api.Namespace}.example.com";

    /// <summary>One webhook entry that is asked by URL.</summary>
    public JsonObject Hook(WebhookServer server, string path, Action<JsonObject>? change = null)
    {
        var hook = Json.Parse(
            $$$"""
            {
              "name": "{{{Name(path)}}}", "admissionReviewVersions": ["v1"], "sideEffects": "None",
              "clientConfig": {"url": "{{{server.Url(path)}}}", "caBundle": "{{{server.CaBundle}}}"},
              "namespaceSelector": {"matchLabels": {"conformance": "{{{api.Namespace}}}"}},
              "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["*"]}]
            }
            """
        );
        change?.Invoke(hook);
        return hook;
    }

    public static JsonObject Configuration(bool mutating, string name, params JsonObject[] hooks) =>
        new()
        {
            ["apiVersion"] = "admissionregistration.k8s.io/v1",
            ["kind"] = mutating ? "MutatingWebhookConfiguration" : "ValidatingWebhookConfiguration",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["webhooks"] = new JsonArray([.. hooks]),
        };

    public static string Collection(bool mutating) =>
        $"{Base}/{(mutating ? "mutating" : "validating")}webhookconfigurations";

    /// <summary>Installs webhooks. A real server asks them a moment later: see <see cref="UntilAskedAsync"/>.</summary>
    public async Task InstallAsync(bool mutating, params JsonObject[] hooks)
    {
        await LabelAsync();
        var name = $"{api.Namespace}-{count++}";
        var path = $"{Collection(mutating)}/{name}";
        installed.Add(path);
        (await api.PostAsync(Collection(mutating), Configuration(mutating, name, hooks))).ShouldBe(201);
    }

    /// <summary>Waits until the webhooks at some paths are asked about new ConfigMaps.</summary>
    public async Task UntilAskedAsync(WebhookServer server, params string[] paths)
    {
        var number = 0;
        await api.UntilAsync(async () =>
        {
            var name = $"probe-{number++}";
            await api.PostAsync($"{api.ConfigMaps}?dryRun=All", api.ConfigMap(name));
            return paths.All(path => server.WasProbed(path, name));
        });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var path in installed)
        {
            await api.DeleteAsync(path);
        }
    }

    private async Task LabelAsync() =>
        (
            await api.MergeAsync(
                $"/api/v1/namespaces/{api.Namespace}",
                $$$$"""{"metadata":{"labels":{"conformance":"{{{{api.Namespace}}}}"}}}"""
            )
        ).ShouldBe(200);
}
