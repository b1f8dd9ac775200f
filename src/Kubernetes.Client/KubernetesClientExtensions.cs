using System.Net;
using System.Text.Json;
using Kubernetes.Models;

namespace Kubernetes.Client;

/// <summary>What can be said in terms of the client's other calls.</summary>
public static class KubernetesClientExtensions
{
    /// <summary>
    /// Reads a whole list, page by page. When the continue token expires in between, the list starts anew: half of one
    /// state and half of another would be neither.
    /// </summary>
    /// <exception cref="KubernetesApiException">As <see cref="IKubernetesClient.ListPageAsync{T}"/>.</exception>
    public static async Task<KubernetesList<T>> ListAsync<T>(
        this IKubernetesClient client,
        ListRequest request,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject, IKubernetesObject<T>
    {
        const int MaxStarts = 3;
        for (var start = 1; ; start++)
        {
            try
            {
                var items = new List<T>();
                var page = await client.ListPageAsync<T>(request, cancellationToken);
                items.AddRange(page.Items);
                while (page.Continue is { } token)
                {
                    // The token carries the version; naming one beside it is an error.
                    var next = request with
                    {
                        Continue = token,
                        ResourceVersion = null,
                    };
                    page = await client.ListPageAsync<T>(next, cancellationToken);
                    items.AddRange(page.Items);
                }
                return new KubernetesList<T>(items, page.ResourceVersion, Continue: null, RemainingItemCount: null);
            }
            catch (KubernetesApiException e) when (e.Kind == KubernetesErrorKind.Expired && start < MaxStarts)
            {
                request = request with { ResourceVersion = null };
            }
        }
    }

    /// <summary>
    /// Reads an object, changes it and replaces it (PUT). When somebody else changed it in between, it is read again
    /// and the change made anew, five times at most. Nothing is sent when the change gives back what it got.
    /// </summary>
    /// <exception cref="KubernetesApiException">As all calls; Conflict after the last try.</exception>
    public static async Task<T> UpdateAsync<T>(
        this IKubernetesClient client,
        ObjectKey key,
        Func<T, T> change,
        WriteOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject, IKubernetesObject<T>
    {
        const int MaxTries = 5;
        for (var tries = 1; ; tries++)
        {
            var read = await client.GetAsync<T>(key, cancellationToken);
            var changed = change(read);
            if (ReferenceEquals(changed, read))
            {
                return read;
            }
            try
            {
                return await client.ReplaceAsync(changed, options, cancellationToken);
            }
            catch (KubernetesApiException e) when (e.Kind == KubernetesErrorKind.Conflict && tries < MaxTries)
            {
                // Once more, on top of what the others wrote.
            }
        }
    }

    /// <summary>Reads an object whose kind is known only at run time; null when it (or its kind) is not there.</summary>
    /// <exception cref="KubernetesApiException">As all calls.</exception>
    public static async Task<DynamicObject?> FindAsync(
        this IKubernetesClient client,
        ResourceType type,
        ObjectKey key,
        CancellationToken cancellationToken
    )
    {
        var path = ResourcePath.Object(type, key);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        using var response = await client.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        using var body = await PooledBody.ReadAsync(response.Content, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw ErrorTranslator.FromAnswer(
                $"GET /{path}",
                (int)response.StatusCode,
                response.Headers,
                body.Span,
                // A date in Retry-After counts from the server's own clock.
                response.Headers.Date
                    ?? DateTimeOffset.UnixEpoch
            );
        }
        try
        {
            return DynamicObject.FromJson(JsonElement.Parse(body.Span), type);
        }
        catch (JsonException e)
        {
            throw new KubernetesApiException(
                KubernetesErrorKind.Unknown,
                $"GET /{path}: the server's answer is not a {type.Kind}: {e.Message}",
                (int)response.StatusCode,
                innerException: e
            );
        }
    }
}
