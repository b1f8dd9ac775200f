using System.Text;
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
    /// <summary>Longest key that a Secret takes.</summary>
    private const int MaxKeyLength = 253;

    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly List<string> _added = [];
    private int _bytes;

    /// <summary>Name of every file and its content.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => _files;

    /// <summary>The path of the file that holds a key of a Secret.</summary>
    /// <exception cref="NotRenderableException">There is no such Secret or key, or no room for it.</exception>
    public string Path(string @namespace, string name, string key, string field)
    {
        var content = Content(@namespace, name, key, field);
        // Neither a namespace nor the name of a Secret has an underscore, so the parts cannot run into each other.
        var file = $"{@namespace}_{name}_{key}";
        if (file.Length > MaxKeyLength)
        {
            file = $"{@namespace}_{StableHash.Hex(file)}";
        }

        if (_files.TryAdd(file, content))
        {
            _added.Add(file);
            _bytes += file.Length + content.Length;
            if (_bytes > ObjectNames.MaxContentBytes)
            {
                throw new NotRenderableException(
                    "CapacityExceeded",
                    $"{field}: the credentials of the stack have reached the 1 MiB that a Secret takes; share "
                        + "Secrets between resources, or give some of them a MonitoringStack of their own"
                );
            }
        }

        return $"{directory}/{file}";
    }

    /// <inheritdoc cref="Path(string, string, string, string)" />
    public string Path(string @namespace, SecretKeyRef reference, string field) =>
        Path(@namespace, reference.Name, reference.Key, field);

    /// <summary>
    /// A value that has to stand in the configuration itself, without the line break at the end that files tend to
    /// have.
    /// </summary>
    /// <exception cref="NotRenderableException">There is no such Secret or key.</exception>
    public string Text(string @namespace, string name, string key, string field) =>
        Encoding.UTF8.GetString(Content(@namespace, name, key, field)).TrimEnd('\r', '\n');

    /// <summary>Renders one resource; when that fails, the files that it has added are taken back.</summary>
    public T AllOrNothing<T>(Func<T> render)
    {
        _added.Clear();
        try
        {
            return render();
        }
        catch (NotRenderableException)
        {
            foreach (var file in _added)
            {
                _bytes -= file.Length + _files[file].Length;
                _files.Remove(file);
            }

            throw;
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

    private byte[] Content(string @namespace, string name, string key, string field) =>
        references.Secret(new ContentKey(@namespace, name, key))
        ?? throw new NotRenderableException(
            "SecretNotFound",
            $"{field}: there is no Secret {name} with the key {key} in namespace {@namespace}; "
                + "create it, or correct the reference"
        );
}

/// <summary>A resource is valid in itself but cannot be rendered; the message names the field and the remedy, and never a secret.</summary>
internal sealed class NotRenderableException(string reason, string message) : Exception(message)
{
    /// <summary>What is said of the resource.</summary>
    public ResourceProblem ProblemOf(string kind, ObjectKey key) => new(new ResourceRef(kind, key), reason, Message);
}
