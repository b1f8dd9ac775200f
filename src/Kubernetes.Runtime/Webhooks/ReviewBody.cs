using System.Text.Json;
using Kubernetes.Models;

namespace Kubernetes.Runtime.Webhooks;

/// <summary>Reads and writes the bodies of reviews. Pure.</summary>
internal static class ReviewBody
{
    private const int LongestWarning = 256;
    private const int MostWarnings = 20;
    private const string ApiVersion = "admission.k8s.io/v1";
    private const string Kind = "AdmissionReview";

    /// <summary>Reads a review.</summary>
    /// <param name="utf8Json">What was sent.</param>
    /// <param name="problem">Why it is none; null when it is one.</param>
    /// <returns>A request with a uid; null when it is none.</returns>
    public static AdmissionRequest? Read(ReadOnlySpan<byte> utf8Json, out string? problem)
    {
        AdmissionReview? review = null;
        try
        {
            review = JsonSerializer.Deserialize(utf8Json, KubernetesJsonContext.Default.AdmissionReview);
            problem =
                review is null ? "the body is null, expected an AdmissionReview"
                : review.Kind != Kind || review.ApiVersion != ApiVersion
                    ? $"the body is a {Shown(review.ApiVersion)} {Shown(review.Kind)}, expected {ApiVersion} {Kind}"
                : review.Request is null ? "request is missing"
                : string.IsNullOrEmpty(review.Request.Uid) ? "request.uid is missing"
                : null;
        }
        catch (JsonException e)
        {
            // The message may quote the body; its place is enough.
            problem = $"the body is no AdmissionReview: bad JSON at {e.Path ?? "$"}, byte {e.BytePositionInLine ?? 0}";
        }

        return problem is null ? review!.Request : null;
    }

    /// <summary>The answer to a request.</summary>
    public static byte[] Write(AdmissionRequest request, AdmissionVerdict verdict)
    {
        var review = new AdmissionReview
        {
            Response = new AdmissionResponse
            {
                Uid = request.Uid,
                Allowed = verdict.Allowed,
                Status = verdict.Allowed ? null : StatusOf(request, verdict),
                Warnings =
                    verdict.Warnings.Count == 0 ? null : [.. verdict.Warnings.Take(MostWarnings).Select(CutWarning)],
            },
        };
        return review.ToUtf8Json();
    }

    /// <summary>On one line, at most 256 characters, never inside a character.</summary>
    internal static string CutWarning(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        if (line.Length <= LongestWarning)
        {
            return line;
        }

        var end = LongestWarning - 1;
        return string.Concat(line.AsSpan(0, char.IsHighSurrogate(line[end - 1]) ? end - 1 : end), "…");
    }

    private static Models.Status StatusOf(AdmissionRequest request, AdmissionVerdict verdict) =>
        new()
        {
            Outcome = "Failure",
            Code = verdict.Code,
            Reason = verdict.Reason,
            Message = verdict.Message,
            Details =
                verdict.Causes.Count == 0
                    ? null
                    : new StatusDetails
                    {
                        Name = request.Name,
                        Group = request.Kind?.Group,
                        Kind = request.Kind?.Kind,
                        Causes = verdict.Causes,
                    },
        };

    private static string Shown(string text) => text.Length <= 100 ? text : string.Concat(text.AsSpan(0, 100), "…");
}
