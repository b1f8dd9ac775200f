namespace Kubernetes.Client;

/// <summary>
/// As whom the server is asked to treat every request; who authenticates needs the right <c>impersonate</c>
/// (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation).
/// </summary>
/// <param name="User">The user, or <c>system:serviceaccount:NAMESPACE:NAME</c>.</param>
public sealed record Impersonation(string User)
{
    /// <summary>The user's uid, where it matters.</summary>
    public string? Uid { get; init; }

    /// <summary>All groups of the user: none is added but <c>system:authenticated</c>.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Extra fields of the user, each with its values.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The headers that say so. Keys of extra fields are percent-encoded: they may have any character.</summary>
    internal IEnumerable<(string Name, string Value)> Headers()
    {
        yield return ("Impersonate-User", User);
        if (Uid is { } uid)
        {
            yield return ("Impersonate-Uid", uid);
        }
        foreach (var group in Groups)
        {
            yield return ("Impersonate-Group", group);
        }
        foreach (var (key, values) in Extra)
        {
            foreach (var value in values)
            {
                yield return ($"Impersonate-Extra-{Uri.EscapeDataString(key)}", value);
            }
        }
    }
}
