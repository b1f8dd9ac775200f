using System.Net.Http.Headers;
using System.Text.Json;
using Binnacle.Api;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Views;

/// <summary>Asks the API server for the tables that kubectl would print.</summary>
internal sealed class TableReader(IKubernetesClient client, string @namespace)
{
    private readonly MediaTypeWithQualityHeaderValue asTable = MediaTypeWithQualityHeaderValue.Parse(
        "application/json;as=Table;v=v1;g=meta.k8s.io"
    );

    /// <summary>The stack first, then what teams write, each as <c>kubectl get</c>.</summary>
    public async Task<IReadOnlyList<KubectlTable>> ReadAllAsync(CancellationToken cancellation)
    {
        ResourceType[] types =
        [
            MonitoringStack.ResourceType,
            AlertRule.ResourceType,
            ScrapeTarget.ResourceType,
            HealthProbe.ResourceType,
            Dashboard.ResourceType,
        ];
        return await Task.WhenAll(types.Select(type => ReadAsync(type, cancellation)));
    }

    /// <summary>One kind as <c>kubectl get</c>.</summary>
    /// <exception cref="KubernetesApiException">The server does not answer with a table.</exception>
    public async Task<KubectlTable> ReadAsync(ResourceType type, CancellationToken cancellation)
    {
        var path =
            $"{(type.Group.Length == 0 ? "api" : "apis")}/{type.ApiVersion}/namespaces/{@namespace}/{type.Plural}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Accept.Add(asTable);
        using var answer = await client.SendAsync(request, cancellation);
        try
        {
            answer.EnsureSuccessStatusCode();
            await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellation);
            return KubectlTable.Parse(type.Plural, document.RootElement);
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            throw new KubernetesApiException(
                KubernetesErrorKind.Unknown,
                $"GET {path}: {e.Message}",
                (int)answer.StatusCode,
                innerException: e
            );
        }
    }
}
