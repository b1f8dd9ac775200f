using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Conformance.Tests.Support;

/// <summary>A webhook in this process, on loopback, with a certificate of a CA of its own.</summary>
public sealed class WebhookServer : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly ConcurrentDictionary<string, Func<JsonObject, JsonObject>> handlers = new();
    private readonly ConcurrentQueue<(string Path, JsonObject Request)> requests = new();

    private WebhookServer(string name)
    {
        var (authority, certificate) = Certificates(name);
        CaBundle = Convert.ToBase64String(Encoding.ASCII.GetBytes(authority));
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        application = builder.Build();
        application.Run(AnswerAsync);
    }

    /// <summary>The CA, as configurations have it.</summary>
    public string CaBundle { get; }

    public int Port =>
        new Uri(
            application
                .Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.First()
        ).Port;

    /// <summary>What was asked on a path, in order, without the probes of <see cref="Hooks"/>.</summary>
    public IReadOnlyList<JsonObject> Asked(string path) =>
        [.. requests.Where(entry => entry.Path == path && !IsProbe(entry.Request)).Select(entry => entry.Request)];

    /// <summary>True once the path was asked about a probe.</summary>
    public bool WasProbed(string path, string name) =>
        requests.Any(entry => entry.Path == path && Json.At(entry.Request, "name")?.GetValue<string>() == name);

    /// <summary>Starts a server whose certificate is for a host, or for 127.0.0.1.</summary>
    public static async Task<WebhookServer> StartAsync(CancellationToken token, string host = "127.0.0.1")
    {
        var server = new WebhookServer(host);
        await server.application.StartAsync(token);
        return server;
    }

    public string Url(string path) => $"https://127.0.0.1:{Port}{path}";

    /// <summary>Answers requests on a path: <paramref name="respond"/> makes the response, whose uid is filled in.</summary>
    public void On(string path, Func<JsonObject, JsonObject> respond) => handlers[path] = respond;

    public static JsonObject Allow(params string[] warnings)
    {
        var response = new JsonObject { ["allowed"] = true };
        if (warnings.Length > 0)
        {
            response["warnings"] = new JsonArray([.. warnings.Select(warning => JsonValue.Create(warning))]);
        }

        return response;
    }

    public static JsonObject Deny(string? status = null)
    {
        var response = new JsonObject { ["allowed"] = false };
        if (status is not null)
        {
            response["status"] = JsonNode.Parse(status);
        }

        return response;
    }

    public static JsonObject Patch(string operations) =>
        new()
        {
            ["allowed"] = true,
            ["patchType"] = "JSONPatch",
            ["patch"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(operations)),
        };

    public async ValueTask DisposeAsync() => await application.DisposeAsync();

    internal static bool IsProbe(JsonObject request) =>
        Json.At(request, "name")?.GetValue<string>().StartsWith("probe-", StringComparison.Ordinal) == true;

    private async Task AnswerAsync(HttpContext http)
    {
        var body = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        var request = body!["request"]!.AsObject();
        var path = http.Request.Path.Value!;
        requests.Enqueue((path, request));
        var response = IsProbe(request) ? Allow() : handlers[path](request);
        if (!response.ContainsKey("uid"))
        {
            response["uid"] = request["uid"]!.DeepClone();
        }

        var answer = new JsonObject
        {
            ["apiVersion"] = "admission.k8s.io/v1",
            ["kind"] = "AdmissionReview",
            ["response"] = response,
        };
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer.ToJsonString(), http.RequestAborted);
    }

    private static (string Authority, X509Certificate2 Leaf) Certificates(string name)
    {
        var (from, until) = (DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=webhook-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var authority = request.CreateSelfSigned(from, until);
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var leafRequest = new CertificateRequest("CN=webhook", leafKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        leafRequest.CertificateExtensions.Add(names.Build());
        leafRequest.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1")], false));
        using var leaf = leafRequest.Create(
            authority,
            from,
            until,
            RandomNumberGenerator.GetBytes(8).Select(b => (byte)(b & 0x7f)).ToArray()
        );
        using var withKey = leaf.CopyWithPrivateKey(leafKey);
        return (
            authority.ExportCertificatePem(),
            X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null)
        );
    }
}
