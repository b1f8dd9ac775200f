using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Kubernetes.Runtime.Apply;

/// <summary>Asks the server itself, past all caches, for the metadata of an object of any kind.</summary>
internal sealed class ObjectReader(IKubernetesClient client)
{
    private const string MetadataOnly = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    /// <summary>Null when it is not there.</summary>
    public async Task<ObjectMeta?> FindMetadataAsync(ObjectRef reference, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, PathOf(reference));
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(MetadataOnly));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await client.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new KubernetesApiException(
                KindOf(response.StatusCode),
                $"Cannot read {reference}: the server answered {(int)response.StatusCode}.",
                (int)response.StatusCode
            );
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        return document.RootElement.GetProperty("metadata").Deserialize(KubernetesJsonContext.Default.ObjectMeta);
    }

    private static string PathOf(ObjectRef reference)
    {
        var (type, key) = reference;
        var root = type.Group.Length == 0 ? "/api" : "/apis";
        var scope = type.Namespaced ? $"/namespaces/{Uri.EscapeDataString(key.Namespace)}" : "";
        return $"{root}/{type.ApiVersion}{scope}/{type.Plural}/{Uri.EscapeDataString(key.Name)}";
    }

    private static KubernetesErrorKind KindOf(HttpStatusCode code) =>
        code switch
        {
            HttpStatusCode.Unauthorized => KubernetesErrorKind.Unauthorized,
            HttpStatusCode.Forbidden => KubernetesErrorKind.Forbidden,
            HttpStatusCode.TooManyRequests => KubernetesErrorKind.TooManyRequests,
            >= HttpStatusCode.InternalServerError => KubernetesErrorKind.ServerError,
            _ => KubernetesErrorKind.Unknown,
        };
}
