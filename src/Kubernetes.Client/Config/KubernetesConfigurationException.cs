namespace Kubernetes.Client;

/// <summary>How to reach a cluster could not be found out. The message names the file, the field and the remedy.</summary>
/// <param name="message">What is wrong, and what would be right.</param>
/// <param name="inner">What found it.</param>
public sealed class KubernetesConfigurationException(string message, Exception? inner = null)
    : Exception(message, inner);
