using Kubernetes.Models;

namespace Kubernetes.Runtime.Webhooks;

/// <summary>What a webhook says of a request.</summary>
public sealed record AdmissionVerdict
{
    /// <summary>True: as far as this webhook is concerned the request may go on.</summary>
    public required bool Allowed { get; init; }

    /// <summary>HTTP code of a refusal; default 403.</summary>
    public int Code { get; init; } = 403;

    /// <summary>CamelCase reason of a refusal as clients branch on it; default Forbidden.</summary>
    public string Reason { get; init; } = "Forbidden";

    /// <summary>A refusal in words.</summary>
    public string? Message { get; init; }

    /// <summary>What is wrong, by field; kubectl prints one line for each.</summary>
    public IReadOnlyList<StatusCause> Causes { get; init; } = [];

    /// <summary>Shown to the user, whatever the verdict. Each is cut to 256 characters, as API servers may cut them, and 20 at most are sent.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Nothing to say.</summary>
    public static AdmissionVerdict Allow { get; } = new() { Allowed = true };

    /// <summary>Allowed, with remarks.</summary>
    public static AdmissionVerdict AllowWith(IReadOnlyList<string> warnings) =>
        warnings.Count == 0 ? Allow : new() { Allowed = true, Warnings = warnings };

    /// <summary>The object breaks rules: 422, one cause for each. The message puts them together.</summary>
    public static AdmissionVerdict Invalid(
        string kind,
        string name,
        IReadOnlyList<StatusCause> causes,
        IReadOnlyList<string>? warnings = null
    )
    {
        var each = causes.Select(cause => $"{cause.Field}: {cause.Message}").ToList();
        var all = each.Count == 1 ? each[0] : $"[{string.Join(", ", each)}]";
        return new()
        {
            Allowed = false,
            Code = 422,
            Reason = "Invalid",
            Message = $"{kind} \"{name}\" is invalid: {all}",
            Causes = causes,
            Warnings = warnings ?? [],
        };
    }

    /// <summary>The requester may not do that: 403.</summary>
    public static AdmissionVerdict Forbidden(string message) => new() { Allowed = false, Message = message };

    /// <summary>The request makes no sense to this webhook: 400.</summary>
    public static AdmissionVerdict BadRequest(string message) =>
        new()
        {
            Allowed = false,
            Code = 400,
            Reason = "BadRequest",
            Message = message,
        };
}
