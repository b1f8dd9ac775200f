using System.Globalization;
using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;
using Microsoft.AspNetCore.Http.Features;

namespace LocalCluster.ApiServer.Http;

/// <summary>Passes a request on to a pod: <c>pods/NAME:PORT/proxy/PATH</c>, over plain HTTP.</summary>
internal sealed class PodProxyEndpoint(ObjectPipeline pipeline) : IDisposable
{
    private static readonly BodyKind Kind = new("", "v1", "PodProxyOptions");

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

            // Those of one caller are nobody else's.
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(30),
        }
    );

    public async Task AnswerAsync(HttpContext http, ApiResource resource, ApiPath path, UserInfo user)
    {
        var below = await AdmitAsync(http, resource, path, Below(http), user);
        var (name, port) = Target(path.Name ?? "");
        var key = new ObjectKey(path.Namespace ?? "", name);
        var pod = (resource.Store.Find(key) ?? throw ApiException.NotFound(resource.GroupResource, name)).ToJson();
        if (pod.Obj("status").Str("podIP") is not { Length: > 0 } address)
        {
            throw ApiException.BadRequest($"address not allowed: pod {name} has no IP");
        }

        var host = address.Contains(':') ? $"[{address}]" : address;
        using var request = new HttpRequestMessage(
            HttpMethod.Parse(http.Request.Method),
            new Uri(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"http://{host}:{port}{(below.Length == 0 ? "/" : below)}{http.Request.QueryString}"
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

    /// <summary>What follows <c>…/proxy</c>, as it was written: neither decoded nor tidied up.</summary>
    private static string Below(HttpContext http)
    {
        const int Segments = 7;
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        var at = 0;
        for (var segment = 0; segment < Segments && at >= 0; segment++)
        {
            // api, v1, namespaces, NAMESPACE, pods, NAME, proxy
            while (at + 1 < target.Length && target[at + 1] == '/')
            {
                at++;
            }

            at = target.IndexOf('/', at + 1);
        }

        return at < 0 ? "" : target[at..];
    }

    /// <summary>Asks those who have a say in connections; they may send this one somewhere else.</summary>
    private async Task<string> AdmitAsync(
        HttpContext http,
        ApiResource resource,
        ApiPath path,
        string below,
        UserInfo user
    )
    {
        var decoded = Uri.UnescapeDataString(below);
        var options = new JsonObject { ["kind"] = Kind.Kind, ["apiVersion"] = Kind.ApiVersion };
        if (below.Length > 0)
        {
            options["path"] = decoded;
        }

        var context = WriteContexts.Connect(http.Request, user);
        await pipeline.AdmitAsync(
            new(resource, new(path.Namespace ?? "", path.Name ?? ""), "proxy", "CONNECT"),
            Kind,
            options,
            null,
            context,
            value => pipeline.CheckBuiltInType(value, Kind)
        );
        Answers.AddWarnings(http, context.Warnings);
        var told = options.Str("path") ?? "";
        return told == decoded ? below : Uri.EscapeDataString(told).Replace("%2F", "/", StringComparison.Ordinal);
    }

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
