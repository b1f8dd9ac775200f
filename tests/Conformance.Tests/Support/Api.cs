using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Kubernetes.Client;

namespace Conformance.Tests.Support;

/// <summary>A server as one test uses it: plain requests, answered with code and JSON.</summary>
public sealed class Api(KubernetesClient client, bool isReal, KubernetesClientConfiguration administrator)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource deadline = new(TimeSpan.FromMinutes(6));
    private readonly List<string> definitions = [];

    /// <summary>Where the server is, as clients show it.</summary>
    public string Address => administrator.Server.ToString();

    /// <summary>True for a server that is not ours.</summary>
    public bool IsReal => isReal;

    /// <summary>The test's own namespace.</summary>
    public string Namespace { get; } = $"conformance-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Fires when the test has taken too long.</summary>
    public CancellationToken Token => deadline.Token;

    /// <summary>The collection of ConfigMaps in the test's namespace.</summary>
    public string ConfigMaps => $"/api/v1/namespaces/{Namespace}/configmaps";

    public string Deployments => $"/apis/apps/v1/namespaces/{Namespace}/deployments";

    public async Task StartAsync()
    {
        var made = await PostAsync("/api/v1/namespaces", Object("v1", "Namespace", Namespace));
        made.ShouldBe(201);

        // A real server's controllers furnish the namespace a little later; some tests count what is in it.
        await UntilAsync(async () =>
            (await GetAsync($"/api/v1/namespaces/{Namespace}/configmaps/kube-root-ca.crt")).Code == 200
        );
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var definition in definitions)
        {
            await DeleteAsync($"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{definition}");
        }

        await DeleteAsync($"/api/v1/namespaces/{Namespace}");
        deadline.Dispose();
    }

    /// <summary>True for a server whose built-in kinds are those of a Kubernetes before 1.30.</summary>
    public async Task<bool> IsOldAsync() => int.Parse((await GetAsync("/version")).Text("minor")!.TrimEnd('+')) < 30;

    /// <summary>A definition that goes with the test.</summary>
    public void Remember(string definition) => definitions.Add(definition);

    public Task<Answer> GetAsync(string path, string? accept = null) => SendAsync(HttpMethod.Get, path, accept: accept);

    public Task<Answer> PostAsync(string path, JsonObject body, string? accept = null) =>
        SendAsync(HttpMethod.Post, path, body.ToJsonString(), "application/json", accept);

    public Task<Answer> PutAsync(string path, JsonObject body) =>
        SendAsync(HttpMethod.Put, path, body.ToJsonString(), "application/json");

    public Task<Answer> DeleteAsync(string path, JsonObject? options = null) =>
        SendAsync(HttpMethod.Delete, path, options?.ToJsonString(), "application/json");

    public Task<Answer> MergeAsync(string path, string patch) =>
        SendAsync(HttpMethod.Patch, path, patch, "application/merge-patch+json");

    public Task<Answer> PatchAsync(string path, string type, string patch) =>
        SendAsync(HttpMethod.Patch, path, patch, $"application/{type}");

    public Task<Answer> ApplyAsync(string path, string manager, JsonObject intent, bool force = false) =>
        SendAsync(
            HttpMethod.Patch,
            $"{path}?fieldManager={manager}&force={(force ? "true" : "false")}",
            intent.ToJsonString(),
            "application/apply-patch+yaml"
        );

    public async Task<Answer> SendAsync(
        HttpMethod method,
        string path,
        string? body = null,
        string? contentType = null,
        string? accept = null,
        params (string Name, string Value)[] headers
    )
    {
        using var response = await OpenAsync(method, path, body, contentType, accept, headers);
        var text = await response.Content.ReadAsStringAsync(Token);
        var warnings = response.Headers.TryGetValues("Warning", out var values) ? values.ToArray() : [];
        JsonObject json;
        try
        {
            json = Json.Parse(text);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            json = new() { ["text"] = text };
        }

        return new((int)response.StatusCode, json, warnings);
    }

    /// <summary>Sends a request and hands over the answer as it is.</summary>
    public Task<HttpResponseMessage> OpenAsync(
        HttpMethod method,
        string path,
        string? body = null,
        string? contentType = null,
        string? accept = null,
        params (string Name, string Value)[] headers
    )
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType!);
        }

        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return client.SendAsync(request, Token);
    }

    /// <summary>The same server for whoever has a token.</summary>
    public KubernetesClient Connect(string token) =>
        new(
            new KubernetesClientConfiguration
            {
                Server = administrator.Server,
                CertificateAuthority = administrator.CertificateAuthority,
                Token = token,
            }
        );

    /// <summary>Asks until something is so.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(50, Token);
        }
    }

    /// <summary>Waits until an object is gone.</summary>
    public Task UntilGoneAsync(string path) => UntilAsync(async () => (await GetAsync(path)).Code == 404);

    public JsonObject Object(string apiVersion, string kind, string name) =>
        new()
        {
            ["apiVersion"] = apiVersion,
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = name },
        };

    public JsonObject ConfigMap(string name, params (string Key, string Value)[] labels)
    {
        var value = Object("v1", "ConfigMap", name);
        value["data"] = new JsonObject { ["key"] = "value" };
        if (labels.Length > 0)
        {
            value["metadata"]!["labels"] = new JsonObject(
                labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))
            );
        }

        return value;
    }

    public JsonObject Deployment(string name, string image = "app:1") =>
        Json.Parse(
            $$$"""
            {
              "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "{{{name}}}"},
              "spec": {
                "replicas": 0,
                "selector": {"matchLabels": {"app": "{{{name}}}"}},
                "template": {
                  "metadata": {"labels": {"app": "{{{name}}}"}},
                  "spec": {"containers": [{"name": "main", "image": "{{{image}}}"}]}
                }
              }
            }
            """
        );

    /// <summary>
    /// Defines a kind <c>Widget</c> in a group of the test's own, waits until it is served, and returns its collection in
    /// the test's namespace.
    /// </summary>
    public async Task<WidgetKind> DefineWidgetsAsync()
    {
        var kind = new WidgetKind(this, $"{Namespace}.example.com");
        definitions.Add(kind.DefinitionName);
        (await PostAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", kind.Definition())).ShouldBe(201);
        await UntilAsync(async () =>
            (await GetAsync($"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{kind.DefinitionName}")).At(
                "status",
                "conditions"
            )
                is JsonArray conditions
            && conditions.Any(condition =>
                Json.At(condition, "type")!.GetValue<string>() == "Established"
                && Json.At(condition, "status")!.GetValue<string>() == "True"
            )
        );
        await UntilAsync(async () => (await GetAsync(kind.Collection)).Code == 200);
        return kind;
    }
}
