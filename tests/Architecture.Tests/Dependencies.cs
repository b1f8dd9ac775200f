using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Architecture.Tests;

/// <summary>What a compiled assembly refers to, read from its metadata: an unused reference leaves no trace there.</summary>
internal sealed class Dependencies
{
    private Dependencies(IReadOnlySet<string> assemblies, IReadOnlySet<string> types, IReadOnlySet<string> members) =>
        (Assemblies, Types, Members) = (assemblies, types, members);

    public IReadOnlySet<string> Assemblies { get; }

    /// <summary>Full names of types of other assemblies.</summary>
    public IReadOnlySet<string> Types { get; }

    /// <summary>Members of types of other assemblies, as <c>System.DateTime.get_UtcNow</c>.</summary>
    public IReadOnlySet<string> Members { get; }

    public static Dependencies Of(string assembly)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        using var file = new PEReader(stream);
        var metadata = file.GetMetadataReader();

        var assemblies = metadata.AssemblyReferences.Select(handle =>
            metadata.GetString(metadata.GetAssemblyReference(handle).Name)
        );
        var types = metadata.TypeReferences.Select(handle => NameOf(metadata, handle));
        var members =
            from handle in metadata.MemberReferences
            let member = metadata.GetMemberReference(handle)
            where member.Parent.Kind == HandleKind.TypeReference
            select $"{NameOf(metadata, (TypeReferenceHandle)member.Parent)}.{metadata.GetString(member.Name)}";

        return new Dependencies(assemblies.ToHashSet(), types.ToHashSet(), members.ToHashSet());
    }

    private static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }
}
