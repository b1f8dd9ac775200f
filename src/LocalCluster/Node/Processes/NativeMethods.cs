using System.Runtime.InteropServices;

namespace LocalCluster.Node.Processes;

/// <summary>The few system calls that .NET has no method for.</summary>
internal static class NativeMethods
{
    public const int SigTerm = 15;
    public const int SigKill = 9;

    /// <summary>Sends a signal; a negative id names a process group. False when there is no such process.</summary>
    public static bool Signal(int id, int signal) => Kill(id, signal) == 0;

    /// <summary>rename(2): replaces the target in one step, also where it is a link to a folder.</summary>
    public static void Rename(string from, string to)
    {
        if (RenamePath(from, to) != 0)
        {
            throw new IOException($"rename '{from}' to '{to}': {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int id, int signal);

    [DllImport("libc", EntryPoint = "rename", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int RenamePath(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string from,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string to
    );
}
