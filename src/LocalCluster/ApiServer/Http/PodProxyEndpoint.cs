using System.Globalization;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Http;

/// <summary>Passes a request on to a pod: <c>pods/NAME:PORT/proxy/PATH</c>, over plain HTTP.</summary>
internal sealed class PodProxyEndpoint : IDisposable
{
    private static readonly HashSet<string> NotPassedOn = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization",
        "Connection",
        "Host",
        "Keep-Alive",
        "Transfer-Encoding",
        "Upgrade",
    };

    private readonly HttpMessageInvoker pods = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(30),
        }
    );

    public async Task AnswerAsync(HttpContext http, ApiResource resource, ApiPath path)
    {
        var (name, port) = Target(path.Name ?? "");
        var key = new ObjectKey(path.Namespace ?? "", name);
        var pod = (resource.Store.Find(key) ?? throw ApiException.NotFound(resource.GroupResource, name)).ToJson();
        if (pod.Obj("status").Str("podIP") is not { Length: > 0 } address)
        {
            throw ApiException.BadRequest($"address not allowed: pod {name} has no IP");
        }

        var below = path.Subresource!["proxy".Length..];
        // A path that ends in a slash is another one than the path without it.
        var slash = below.Length == 0 || http.Request.Path.Value!.EndsWith('/') ? "/" : "";
        var host = address.Contains(':') ? $"[{address}]" : address;
        using var request = new HttpRequestMessage(
            HttpMethod.Parse(http.Request.Method),
            new Uri(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"http://{host}:{port}{below}{slash}{http.Request.QueryString}"
                )
            )
        );
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            request.Content = new StreamContent(http.Request.Body);
        }

        foreach (var (header, values) in http.Request.Headers)
        {
            if (!NotPassedOn.Contains(header) && !header.StartsWith(':'))
            {
                _ =
                    request.Headers.TryAddWithoutValidation(header, values.AsEnumerable())
                    || request.Content?.Headers.TryAddWithoutValidation(header, values.AsEnumerable()) == true;
            }
        }

        try
        {
            using var answer = await pods.SendAsync(request, http.RequestAborted);
            http.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (header, values) in answer.Headers.Concat(answer.Content.Headers))
            {
                if (!NotPassedOn.Contains(header))
                {
                    http.Response.Headers[header] = values.ToArray();
                }
            }

            await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
        }
        catch (HttpRequestException e) when (!http.Response.HasStarted)
        {
            throw new ApiException(
                503,
                "ServiceUnavailable",
                $"error trying to reach service: dial tcp {address}:{port}: {e.Message}"
            );
        }
    }

    public void Dispose() => pods.Dispose();

    /// <summary>Reads <c>NAME</c>, <c>NAME:PORT</c> and <c>http:NAME:PORT</c>.</summary>
    private static (string Name, int Port) Target(string text) =>
        text.Split(':') switch
        {
            [var name] => (name, 80),
            [var name, var port] when TryPort(port, out var number) => (name, number),
            ["http" or "", var name, var port] when TryPort(port, out var number) => (name, number),
            ["https", ..] => throw ApiException.NotImplemented("pods/proxy over https"),
            _ => throw ApiException.BadRequest($"invalid pod request \"{text}\""),
        };

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536;
}
