using Kubernetes.Client;

namespace Kubernetes.Runtime.Apply;

/// <summary>Why an object is not as wanted: CamelCase words that fit a condition's reason and an Event's.</summary>
public static class ApplyReasons
{
    /// <summary>The name is taken by an object of somebody else.</summary>
    public const string ForeignObject = "ForeignObject";

    /// <summary>A field cannot be changed once the object exists.</summary>
    public const string ImmutableField = "ImmutableField";

    /// <summary>A smaller volume is wanted than there is; volumes do not shrink.</summary>
    public const string StorageShrinkRefused = "StorageShrinkRefused";

    /// <summary>A larger volume is wanted, and the server refused to expand a claim.</summary>
    public const string StorageNotExpandable = "StorageNotExpandable";

    /// <summary>A ResourceQuota has no room.</summary>
    public const string QuotaExceeded = "QuotaExceeded";

    /// <summary>The server does not let us.</summary>
    public const string Forbidden = "Forbidden";

    /// <summary>The server does not take the object for valid.</summary>
    public const string Invalid = "InvalidObject";

    /// <summary>Anything else, most of it temporary.</summary>
    public const string Failed = "ApplyFailed";

    internal static string Of(Exception exception) =>
        exception switch
        {
            ForeignObjectException => ForeignObject,
            ImmutableFieldException => ImmutableField,
            KubernetesApiException { Kind: KubernetesErrorKind.Forbidden } e => e.Message.Contains(
                "exceeded quota",
                StringComparison.Ordinal
            )
                ? QuotaExceeded
                : Forbidden,
            KubernetesApiException { Kind: KubernetesErrorKind.Invalid } => Invalid,
            _ => Failed,
        };
}

/// <summary>An object that could not be brought to the state wanted.</summary>
/// <param name="Object">Which.</param>
/// <param name="Exception">
/// Why: a <see cref="ForeignObjectException"/>, an <see cref="ImmutableFieldException"/>, a
/// <see cref="ReplacedObjectException"/>, or what the server said (<c>KubernetesApiException</c>).
/// </param>
public sealed record ApplyFailure(ObjectRef Object, Exception Exception)
{
    /// <summary>One of <see cref="ApplyReasons"/>.</summary>
    public string Reason => ApplyReasons.Of(Exception);

    /// <summary>For people: the object, and why.</summary>
    public string Text => $"{Object}: {Exception.Message}";
}

/// <summary>
/// A part of the intent that an object cannot have: the object was applied without it and keeps what it had there.
/// </summary>
/// <param name="Object">Which.</param>
/// <param name="Reason">One of <see cref="ApplyReasons"/>.</param>
/// <param name="Field">Path of the field.</param>
/// <param name="Message">For people: why, and what would help.</param>
public sealed record ApplyDeviation(ObjectRef Object, string Reason, string Field, string Message)
{
    /// <summary>For people: the object, the field, and why.</summary>
    public string Text => $"{Object}: {Field}: {Message}";
}

/// <summary>An object of a wanted name is there already and belongs to somebody else; it is left alone.</summary>
public sealed class ForeignObjectException(ObjectRef reference)
    : Exception(
        $"a {reference.Type.Kind} of this name exists and belongs to somebody else; it is left alone. "
            + "Delete or rename it, or choose another name."
    );

/// <summary>An object was another one of its name each time that it was to be written; none of them was touched.</summary>
public sealed class ReplacedObjectException(ObjectRef reference, Exception? cause = null)
    : Exception(
        $"the {reference.Type.Kind} was deleted and made anew by somebody else while it was applied; it is tried again. "
            + "If that goes on, look who else makes objects of this name.",
        cause
    );

/// <summary>What is wanted differs from what is there in fields that cannot be changed.</summary>
/// <param name="reference">The object.</param>
/// <param name="fields">Paths of the fields.</param>
/// <param name="cause">The server's refusal.</param>
public sealed class ImmutableFieldException(ObjectRef reference, IReadOnlyList<string> fields, Exception? cause = null)
    : Exception(
        $"{string.Join(", ", fields)} cannot be changed once the {reference.Type.Kind} exists; "
            + "it stays as it is until somebody deletes it, then it is made anew.",
        cause
    )
{
    /// <summary>Paths of the fields.</summary>
    public IReadOnlyList<string> Fields => fields;
}
