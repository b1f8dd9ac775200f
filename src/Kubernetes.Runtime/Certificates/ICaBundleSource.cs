namespace Kubernetes.Runtime.Certificates;

/// <summary>Knows the authorities that a server's clients are to trust.</summary>
public interface ICaBundleSource
{
    /// <summary>PEM certificates; null before there are any.</summary>
    byte[]? Bundle { get; }

    /// <summary>Raised after <see cref="Bundle"/> became another one.</summary>
    event EventHandler? BundleChanged;

    /// <summary>Makes sure that the bundle is the newest there is: asks where it is kept.</summary>
    Task<byte[]?> RefreshAsync(CancellationToken cancellationToken);
}
