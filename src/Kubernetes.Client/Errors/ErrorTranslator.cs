using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Kubernetes.Models;

namespace Kubernetes.Client;

/// <summary>Makes one kind of exception out of the many ways in which a request fails.</summary>
internal static class ErrorTranslator
{
    private const int ShownBody = 500;

    /// <summary>An answer that is no success. The body may be anything: proxies on the way send HTML or text.</summary>
    public static KubernetesApiException FromAnswer(
        string request,
        int statusCode,
        HttpResponseHeaders? headers,
        ReadOnlySpan<byte> body,
        DateTimeOffset now
    )
    {
        var status = TryReadStatus(body);
        var retryAfter = RetryAfter(headers, now) ?? RetryAfter(status);
        var message = status?.Message is { Length: > 0 } text ? text : Shorten(body);
        var reason = status?.Reason is { Length: > 0 } named ? $"{statusCode} {named}" : $"{statusCode}";
        return new KubernetesApiException(
            Classify(statusCode, status, message),
            message.Length == 0 ? $"{request}: {reason}" : $"{request}: {reason}: {message}",
            statusCode,
            status,
            retryAfter
        );
    }

    /// <summary>An ERROR event in the middle of a watch.</summary>
    public static KubernetesApiException FromStatus(string request, Status status)
    {
        var code = status.Code ?? 500;
        return new KubernetesApiException(
            Classify(code, status, status.Message ?? ""),
            $"{request}: {code} {status.Reason}: {status.Message}",
            code,
            status,
            RetryAfter(status)
        );
    }

    /// <summary>No answer, or one that broke off.</summary>
    public static KubernetesApiException FromTransport(string request, Exception e)
    {
        var messages = new List<string>();
        for (var current = e; current is not null; current = current.InnerException)
        {
            if (!messages.Exists(known => known.Contains(current.Message, StringComparison.Ordinal)))
            {
                messages.Add(current.Message);
            }
        }
        return new KubernetesApiException(
            KubernetesErrorKind.Transport,
            $"{request}: {string.Join(": ", messages)}",
            innerException: e
        );
    }

    /// <summary>How long the server asks to wait, from the header (seconds or a date).</summary>
    public static TimeSpan? RetryAfter(HttpResponseHeaders? headers, DateTimeOffset now)
    {
        var wait = headers?.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - now,
            _ => (TimeSpan?)null,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static TimeSpan? RetryAfter(Status? status) =>
        status?.Details?.RetryAfterSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static KubernetesErrorKind Classify(int code, Status? status, string message)
    {
        var reason = StatusReasons.Of(status?.Reason, code);
        return reason switch
        {
            _ when HasCause(status, "ResourceVersionTooLarge") => KubernetesErrorKind.Expired,
            KubernetesStatusReason.Invalid when IsTooLarge(status) => KubernetesErrorKind.TooLarge,
            // Server-side apply answers 500 to a field that the schema does not have: trying again would not help.
            _ when code == 500 && message.Contains("field not declared in schema", StringComparison.Ordinal) =>
                KubernetesErrorKind.Invalid,
            _ when code == 500 && message.Contains("request is too large", StringComparison.Ordinal) =>
                KubernetesErrorKind.TooLarge,
            _ => StatusReasons.KindOf(reason),
        };
    }

    private static bool HasCause(Status? status, string reason) =>
        status?.Details?.Causes?.Any(cause => cause.Reason == reason) ?? false;

    /// <summary>
    /// A size limit (1 MiB of data, 256 KiB of annotations) is reported like a name that is too long; the limit in the
    /// message tells them apart.
    /// </summary>
    private static bool IsTooLarge(Status? status) =>
        status?.Details?.Causes?.Any(cause =>
            cause.Reason == "FieldValueTooLong"
            && (cause.Message ?? "")
                .Split(' ')
                .Any(word =>
                    int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
                    && limit >= 256 * 1024
                )
        )
        ?? false;

    private static Status? TryReadStatus(ReadOnlySpan<byte> body)
    {
        try
        {
            return
                body.TrimStart(" \r\n\t"u8).StartsWith("{"u8)
                && JsonSerializer.Deserialize(body, KubernetesJsonContext.Default.Status) is { Kind: "Status" } status
                ? status
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Shorten(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, ShownBody)]).Trim();
        return body.Length > ShownBody ? text + " …" : text;
    }
}
