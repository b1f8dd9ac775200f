namespace Kubernetes.Client;

/// <summary>What configuration is read out of besides the files that it names.</summary>
/// <param name="GetVariable">An environment variable, or null.</param>
/// <param name="HomeDirectory">The user's home, or null.</param>
/// <param name="ServiceAccountDirectory">Where a pod finds its token.</param>
internal sealed record ConfigurationEnvironment(
    Func<string, string?> GetVariable,
    string? HomeDirectory,
    string ServiceAccountDirectory
)
{
    public static ConfigurationEnvironment Current { get; } =
        new(
            Environment.GetEnvironmentVariable,
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? home : null,
            "/var/run/secrets/kubernetes.io/serviceaccount"
        );
}
