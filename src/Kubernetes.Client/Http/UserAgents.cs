using System.Reflection;
using System.Runtime.InteropServices;

namespace Kubernetes.Client;

/// <summary>How a client names itself: <c>program/version (os/architecture) component/commit</c>.</summary>
internal static class UserAgents
{
    private const int ShownCommit = 7;

    /// <summary>Of the program that runs.</summary>
    public static string Default() => Of(Assembly.GetEntryAssembly() ?? typeof(UserAgents).Assembly);

    public static string Of(Assembly program)
    {
        var name = program.GetName();
        // The build puts the commit behind the version: 0.1.0+4486c01f….
        var version = program.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var commit = version.Split('+', 2) is [_, { Length: > 0 } found]
            ? found[..Math.Min(found.Length, ShownCommit)]
            : "unknown";
        return $"{name.Name}/{name.Version?.ToString(3) ?? "0.0.0"} ({Platform()}) kubernetes-client/{commit}";
    }

    /// <summary>As Go names it, which is what audit logs are searched for.</summary>
    private static string Platform()
    {
        var os =
            OperatingSystem.IsWindows() ? "windows"
            : OperatingSystem.IsMacOS() ? "darwin"
            : "linux";
        var architecture = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "amd64",
            var other => other.ToString().ToLowerInvariant(),
        };
        return $"{os}/{architecture}";
    }
}
