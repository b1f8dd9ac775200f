namespace Kubernetes.Client;

/// <summary>A text is not the YAML, or not the Kubernetes object, that it should be. The message says where and why.</summary>
/// <param name="message">What is wrong, and what would be right.</param>
/// <param name="source">The file, where there is one.</param>
/// <param name="line">The line, counted from 1.</param>
/// <param name="inner">What found it.</param>
public sealed class ManifestException(string message, string? source, long line, Exception? inner = null)
    : Exception($"{source ?? "YAML"}, line {line}: {message}", inner)
{
    /// <summary>The line, counted from 1.</summary>
    public long Line { get; } = line;
}
