using Binnacle.Api;
using Kubernetes.Models;

namespace Binnacle.Rendering.Common;

/// <summary>
/// Collects what a component must read from files: the content goes into one Secret of the stack, which is mounted,
/// and the configuration names the files. So no configuration file ever holds a secret, and a resource may refer to a
/// Secret of its own namespace although pods can mount none from there.
/// </summary>
/// <param name="references">Where the content comes from.</param>
/// <param name="directory">Where the Secret is mounted in the container.</param>
internal sealed class CredentialFiles(ReferencedContent references, string directory)
{
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>Name of every file and its content.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => _files;

    /// <summary>The path of the file that holds a key of a Secret.</summary>
    /// <exception cref="MissingReferenceException">There is no such Secret or key.</exception>
    public string Path(string @namespace, string name, string key, string field)
    {
        var content =
            references.Secret(new ContentKey(@namespace, name, key))
            ?? throw new MissingReferenceException(
                "SecretNotFound",
                $"{field}: there is no Secret {name} with the key {key} in namespace {@namespace}; "
                    + "create it, or correct the reference"
            );
        // Neither a namespace nor the name of a Secret has an underscore, so the parts cannot run into each other.
        var file = $"{@namespace}_{name}_{key}";
        _files[file] = content;
        return $"{directory}/{file}";
    }

    /// <inheritdoc cref="Path(string, string, string, string)" />
    public string Path(string @namespace, SecretKeyRef reference, string field) =>
        Path(@namespace, reference.Name, reference.Key, field);

    /// <summary>Takes back what was added since <see cref="Files"/> had the names in <paramref name="before"/>.</summary>
    public void Restore(IReadOnlySet<string> before)
    {
        foreach (var added in _files.Keys.Where(file => !before.Contains(file)).ToList())
        {
            _files.Remove(added);
        }
    }

    /// <summary>The Secret that holds the files.</summary>
    public Secret ToSecret(StackObjects objects, string name, string component) =>
        new()
        {
            Metadata = objects.Owned(name, component),
            Type = "Opaque",
            Data = Files,
        };
}

/// <summary>A reference leads nowhere; the message names the field and the remedy, and never a content.</summary>
internal sealed class MissingReferenceException(string reason, string message) : Exception(message)
{
    /// <summary>Reason of the condition.</summary>
    public string Reason { get; } = reason;
}
