using Kubernetes.Models;

namespace Binnacle.CrdGen;

/// <summary>What all objects that the operator is installed with have in common.</summary>
internal static class OperatorObjects
{
    public const string Account = "binnacle-operator";
    public const string Namespace = "binnacle-system";

    public static Dictionary<string, string> Labels =>
        new() { ["app.kubernetes.io/component"] = "operator", ["app.kubernetes.io/name"] = "binnacle" };

    public static ObjectMeta Meta(string name) => new() { Name = name, Labels = Labels };

    /// <summary>Gives the ClusterRole of the same name to the operator's account.</summary>
    public static ClusterRoleBinding Binding(string name) =>
        new()
        {
            Metadata = Meta(name),
            RoleRef = new RoleRef
            {
                ApiGroup = "rbac.authorization.k8s.io",
                Kind = "ClusterRole",
                Name = name,
            },
            Subjects =
            [
                new RbacSubject
                {
                    Kind = "ServiceAccount",
                    Name = Account,
                    Namespace = Namespace,
                },
            ],
        };
}
