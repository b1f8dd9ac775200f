using System.Net.Http.Headers;

namespace Kubernetes.Client;

/// <summary>One call to the API, which can be sent any number of times.</summary>
/// <param name="Method">The verb.</param>
/// <param name="Path">Path and query, relative to the server's address, without a leading slash.</param>
internal sealed record ApiRequest(HttpMethod Method, string Path)
{
    public ReadOnlyMemory<byte>? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    /// <summary>
    /// The form of <c>meta.k8s.io/v1</c> in which the answer is wanted, where the server can: for example
    /// <c>PartialObjectMetadata</c>. Null: the object itself.
    /// </summary>
    public string? As { get; init; }

    /// <summary>Sending it twice does what sending it once does.</summary>
    public bool Idempotent { get; init; }

    /// <summary>How it is called in messages: no query, as that is long.</summary>
    public override string ToString()
    {
        var query = Path.IndexOf('?', StringComparison.Ordinal);
        return $"{Method} /{(query < 0 ? Path : Path[..query])}";
    }

    public HttpRequestMessage ToMessage(Uri server)
    {
        var message = new HttpRequestMessage(Method, new Uri(server, Path));
        if (As is not null)
        {
            message.Headers.Accept.Add(
                new MediaTypeWithQualityHeaderValue("application/json")
                {
                    Parameters =
                    {
                        new NameValueHeaderValue("as", As),
                        new NameValueHeaderValue("g", "meta.k8s.io"),
                        new NameValueHeaderValue("v", "v1"),
                    },
                }
            );
        }
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        }
        return message;
    }
}
