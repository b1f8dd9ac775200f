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
    /// <exception cref="KubernetesConfigurationException">A name cannot be sent.</exception>
    internal IEnumerable<(string Name, string Value)> Headers()
    {
        if (User.Length == 0)
        {
            throw new KubernetesConfigurationException("impersonation needs a user");
        }
        IEnumerable<(string Name, IReadOnlyList<string> Values)> all =
        [
            ("Impersonate-User", [User]),
            ("Impersonate-Uid", Uid is null ? [] : [Uid]),
            ("Impersonate-Group", Groups),
            .. Extra.Select(field => ($"Impersonate-Extra-{Uri.EscapeDataString(field.Key)}", field.Value)),
        ];
        foreach (var (name, values) in all.Where(header => header.Values.Count > 0))
        {
            yield return values.Any(value => value.Any(char.IsControl))
                ? throw new KubernetesConfigurationException($"{name} has a line break or another control character")
                : (name, RepeatedHeaders.Join(values));
        }
    }
}
