namespace LocalCluster.Node.Volumes;

/// <summary>One file of a volume: its content and its permission bits.</summary>
internal sealed record FilePayload(ReadOnlyMemory<byte> Content, int Mode);

/// <summary>A volume cannot be made yet; the message says which source is missing, in the kubelet's words.</summary>
internal sealed class VolumeNotReadyException(string message) : Exception(message);
