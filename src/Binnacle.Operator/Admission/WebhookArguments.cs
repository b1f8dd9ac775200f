using System.CommandLine;
using System.Net;
using Kubernetes.Models;

namespace Binnacle.Operator.Admission;

/// <summary>The command line's options about webhooks.</summary>
internal sealed class WebhookArguments
{
    private static readonly string HomeNamespace = Environment.GetEnvironmentVariable("POD_NAMESPACE")
        is { Length: > 0 } own
        ? own
        : "binnacle-system";

    private readonly Option<bool> _webhooks = new("--webhooks") { Description = "Serve validating webhooks over TLS." };

    private readonly Option<IPEndPoint?> _listen = ListenAddress.Option(
        "--webhook-listen",
        "Address of the webhooks.",
        9443
    );

    private readonly Option<string> _service = new("--webhook-service")
    {
        Description = "NAMESPACE/NAME of the Service in front of the webhooks: its names go into the certificate.",
        DefaultValueFactory = _ => $"{HomeNamespace}/binnacle-webhooks",
    };

    private readonly Option<string?> _url = new("--webhook-url")
    {
        Description =
            "Where API servers reach the webhooks when the operator runs outside the cluster: https://HOST:PORT.",
    };

    private readonly Option<string> _secret = new("--webhook-secret")
    {
        Description = "NAMESPACE/NAME of the Secret in which the operator keeps the certificates that it makes.",
        DefaultValueFactory = _ => $"{HomeNamespace}/binnacle-webhooks-tls",
    };

    private readonly Option<string?> _directory = new("--webhook-cert-dir")
    {
        Description =
            "Folder with tls.crt and tls.key of cert-manager or the like. Default: the operator makes certificates.",
    };

    private readonly Option<string> _configuration = new("--webhook-configuration")
    {
        Description = "Name of the ValidatingWebhookConfiguration.",
        DefaultValueFactory = _ => "binnacle-webhooks",
    };

    /// <summary>Makes the command know them.</summary>
    public void AddTo(Command command)
    {
        _url.Validators.Add(result =>
        {
            if (
                result.GetValueOrDefault<string?>() is { } url
                && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme == Uri.UriSchemeHttps)
            )
            {
                result.AddError("--webhook-url must be https://HOST:PORT, for example https://192.168.1.10:9443");
            }
        });
        foreach (var option in new[] { _service, _secret })
        {
            option.Validators.Add(result =>
            {
                if (KeyOf(result.GetValueOrDefault<string>()) is null)
                {
                    result.AddError($"{option.Name} must be NAMESPACE/NAME, for example binnacle-system/webhooks");
                }
            });
        }

        foreach (var option in new Option[] { _webhooks, _listen, _service, _url, _secret, _directory, _configuration })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What was given; null without <c>--webhooks</c>.</summary>
    public WebhookOptions? Read(ParseResult parsed) =>
        !parsed.GetValue(_webhooks)
            ? null
            : new WebhookOptions
            {
                Listen = parsed.GetValue(_listen)!,
                Service = KeyOf(parsed.GetValue(_service))!.Value,
                Url = parsed.GetValue(_url) is { } url ? new Uri(url) : null,
                Secret = KeyOf(parsed.GetValue(_secret))!.Value,
                CertificateDirectory = parsed.GetValue(_directory),
                Configuration = parsed.GetValue(_configuration)!,
            };

    private static ObjectKey? KeyOf(string? text) =>
        text?.Split('/') is [{ Length: > 0 } @namespace, { Length: > 0 } name] ? new ObjectKey(@namespace, name) : null;
}
